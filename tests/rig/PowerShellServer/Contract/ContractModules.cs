using System.Management.Automation;
using System.Text;
using Gateway.Rig.PowerShellServer.Contract.CimCmdlets;
using Gateway.Rig.PowerShellServer.Contract.Defender;
using Gateway.Rig.PowerShellServer.Contract.NetSecurity;
using Gateway.Rig.PowerShellServer.Contract.ScheduledTasks;
using Gateway.Rig.PowerShellServer.Contract.SmbShare;
using Gateway.Rig.PowerShellServer.State;

namespace Gateway.Rig.PowerShellServer.Contract;

/// <summary>The contract modules of the rig, and the way from a PowerShell function into them. A further module is one line here.</summary>
public static class ContractModules
{
    private static readonly IReadOnlyList<ContractModule> All = [NetSecurityModule.Module, CimCmdletsModule.Module, DefenderModule.Module, ScheduledTasksModule.Module, SmbShareModule.Module];

    private static readonly Dictionary<string, ContractCommand> Commands =
        All.SelectMany(module => module.Commands).ToDictionary(command => command.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>What a new session runs first: the modules that no fault takes away.</summary>
    public static string InitialCommand()
    {
        var faults = Faults.InForce();
        return All.Where(module => !faults.Lacks(module.Name))
            .Aggregate(new StringBuilder(), (text, module) => text.AppendLine(ModuleScript.For(module)))
            .AppendLine(faults.Has(Faults.ConstrainedLanguage) ? "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'" : "")
            .ToString();
    }

    /// <summary>A command starts: it is logged, and waits if it is to be slow.</summary>
    public static void Begin(PSCmdlet cmdlet, IDictionary<string, object> bound)
    {
        var call = new Call(cmdlet, bound, Command(cmdlet));
        call.Log();
        Thread.Sleep(call.Faults.Delay);
        call.RefuseWhatIsNotImitated();
    }

    /// <summary>A command works on what it was given, once per object of the pipeline.</summary>
    public static void Process(PSCmdlet cmdlet, IDictionary<string, object> bound)
    {
        var command = Command(cmdlet);
        var call = new Call(cmdlet, bound, command);
        call.RefuseWhatIsNotImitated();
        command.Answer(call);
    }

    private static ContractCommand Command(PSCmdlet cmdlet) => Commands[cmdlet.MyInvocation.MyCommand.Name];
}
