using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Takes the last run back.</summary>
internal static class RollbackCommand
{
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
            await using var machine = Session.OpenMachine(parsed.GetValue(Inputs.Root), null, appliance, runProcesses: false);
            var journal = new JournalFile(Path.Combine(machine.StateRoot, "journal.jsonl"));
            var result = await output.WithProgressAsync("rolling back", step =>
                new Applier(machine, journal, TimeProvider.System, (id, what) => step($"{what} {id}")).RollbackAsync(cancel));
            ResultPrinter.Print(output, result);
            return (int)(result.Outcome == ApplyOutcome.RolledBack ? ExitCode.Holds : ExitCode.Failed);
        });
        return command;
    }
}
