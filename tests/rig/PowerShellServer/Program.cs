// Windows PowerShell 5.1 as an out-of-process client sees it: `powershell.exe -Version 5.1 -s -NoLogo -NoProfile` speaks PSRP over
// its standard input and output. The engine is System.Management.Automation's own, reached through its internal mediator; the
// cmdlets are those of the contract modules. Nothing is ever written to standard error: the client takes it for a failure.
using System.Management.Automation;
using System.Reflection;
using Gateway.Rig.PowerShellServer.Contract;

if (!args.Contains("-s", StringComparer.OrdinalIgnoreCase))
{
    Console.WriteLine("The test rig's Windows PowerShell: it serves PSRP over standard input and output, and is started with -s.");
    return 64;
}
Console.SetError(TextWriter.Null);
var mediator = typeof(PowerShell).Assembly.GetType("System.Management.Automation.Remoting.Server.StdIOProcessMediator", throwOnError: true)!;
var run = mediator.GetMethod("Run", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!;

// string initialCommand, string workingDirectory, string configurationName, string configurationFile, bool combineErrOutStream
run.Invoke(null, [ContractModules.InitialCommand(), null, null, null, false]);
return 0;
