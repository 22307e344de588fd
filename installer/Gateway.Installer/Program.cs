using System.CommandLine;
using Gateway.Installer;
using Gateway.Installer.Commands;

var root = new RootCommand("Builds the installer of the DICOM-Mail gateway, on Linux.") { BuildCommand.Create(), PortableCommand.Create(), VerifyCommand.Create() };
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BuildFailure e)
{
    await Console.Error.WriteLineAsync(e.ToString());
    return 1;
}
