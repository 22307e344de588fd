using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gwctl.Printing;
using Gwctl.Serving;

namespace Gwctl.Commands;

/// <summary>Takes the last run back.</summary>
internal static class RollbackCommand
{
    private const string Title = "rolling back";

    public static Command Create()
    {
        var command = Inputs.Command(
            "rollback",
            """
            Take the last run back: every resource that it changed gets its state from before. Data stay.

            Example:
              gwctl rollback appliance.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Json);
        command.SetAction(async (parsed, cancel) => (int)await RunAsync(parsed, cancel));
        return command;
    }

    /// <summary>Takes the last run back, by the machine's service where one answers, and prints the end.</summary>
    public static async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var output = Output.Of(parsed);
        if (Session.Load(parsed, output) is not var (appliance, _))
            return ExitCode.ManifestInvalid;
        await using var service = await HandOver.FindAsync(parsed.GetValue(Inputs.Root), cancel);
        if (service is not null && await service.DoAsync(Request.Of(Job.Rollback, appliance, plan: null), Title, output, cancel) is { } ended)
            return ended;
        await using var machine = Session.OpenMachine(parsed.GetValue(Inputs.Root), null, appliance, runProcesses: false);
        var end = RunEnd.Of(await output.WithProgressAsync(Title, step =>
            new Applier(machine, JournalFile.In(machine.StateRoot), TimeProvider.System, at => step($"{at.What} {at.Resource.Id}")).RollbackAsync(cancel)));
        ResultPrinter.Print(output, end);
        return end.ExitCode;
    }
}
