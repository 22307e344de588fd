using System.CommandLine;
using Gwctl;
using Gwctl.Commands;
using Gwctl.Printing;

// German paths and names are UTF-8 everywhere, in a Windows console and in a pipe.
Console.OutputEncoding = System.Text.Encoding.UTF8;

var root = new RootCommand(
    """
    gwctl checks, builds, proves and repairs a DICOM-Mail gateway from one manifest.

    Example:
      gwctl rehearse appliance.json
    """)
{
    InitCommand.Create(),
    SchemaCommand.Create(),
    ValidateCommand.Create(),
    FactsCommand.Create(),
    PreflightCommand.Create(),
    PlanCommand.Create(),
    ApplyCommand.Create(),
    VerifyCommand.Create(),
    RollbackCommand.Create(),
    ReportCommand.Create(),
    CheckCommand.Create(),
    BackupCommand.Create(),
    BackupCommand.CreateRestore(),
    ExportCommand.Create(),
    RehearseCommand.Create(),
    StatusCommand.Create(),
    DoctorCommand.Create(),
    LogsCommand.Create(),
    GatewayCommand.Create(),
    KeysCommand.Create(),
    CertCommand.Create(),
    PartnersCommand.Create(),
    ReconciledCommand.Create(),
    SecretCommand.Create(),
    ServiceCommand.Create(),
    InstallerCommand.Create(),
};

var parsed = root.Parse(args);
if (Usage.ErrorsOf(parsed, args) is { Count: > 0 } wrong)
{
    // The command may be the very word that is wrong: --json counts wherever it stands.
    new Output(args.Contains("--json")).Refuse(wrong);
    return (int)ExitCode.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e)
{
    var fault = Fault.Of(e);
    Output.Of(parsed).Refuse([fault.Diagnostic]);
    return (int)fault.ExitCode;
}
