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
        command.SetAction(async (parsed, cancel) =>
        {
            var output = Output.Of(parsed);
            if (Session.Load(parsed, output) is not var (appliance, _))
                return (int)ExitCode.ManifestInvalid;
            await using var service = await HandOver.FindAsync(parsed.GetValue(Inputs.Root), cancel);
            if (service is not null && await service.DoAsync(Request.Of(Job.Rollback, appliance, plan: null), Title, output, cancel) is { } ended)
                return (int)ended;
            await using var machine = Session.OpenMachine(parsed.GetValue(Inputs.Root), null, appliance, runProcesses: false);
            var journal = new JournalFile(Path.Combine(machine.StateRoot, "journal.jsonl"));
            var end = RunEnd.Of(await output.WithProgressAsync(Title, step =>
                new Applier(machine, journal, TimeProvider.System, (id, what) => step($"{what} {id}")).RollbackAsync(cancel)));
            ResultPrinter.Print(output, end);
            return (int)end.ExitCode;
        });
        return command;
    }
}
