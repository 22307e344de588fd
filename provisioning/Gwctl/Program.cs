using System.CommandLine;
using Gateway.Provisioning.Diagnosis;
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
    ExclusionsCommand.Create(),
    RehearseCommand.Create(),
    StatusCommand.Create(),
    ReconciledCommand.Create(),
    SecretCommand.Create(),
    ServiceCommand.Create(),
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
catch (RefusedException refused)
{
    Output.Of(parsed).Refuse([refused.Diagnostic]);
    return refused.Diagnostic.Code.StartsWith("GW1", StringComparison.Ordinal) ? (int)ExitCode.ManifestInvalid
        : refused.Diagnostic.Code.StartsWith("GW0", StringComparison.Ordinal) ? (int)ExitCode.Usage
        : (int)ExitCode.Failed;
}
catch (OperationCanceledException)
{
    Output.Of(parsed).Refuse([Diagnostic.Error("GW0003", "Stopped before the end.", "A run that was begun stays open: 'gwctl apply' goes on with it, 'gwctl rollback' takes it back.")]);
    return (int)ExitCode.Failed;
}
catch (Exception unexpected)
{
    // Our own fault. What happened is said; the trace stays inside.
    var known = unexpected is IOException or UnauthorizedAccessException;
    Output.Of(parsed).Refuse([Diagnostic.Error(
        known ? "GW0004" : "GW0009",
        known ? unexpected.Message : $"The program met something it did not expect: {unexpected.GetType().Name}: {unexpected.Message}",
        known ? "Look at the path, its rights and the room on its disk." : "Please report it with the command that you gave.")]);
    return (int)ExitCode.Failed;
}
