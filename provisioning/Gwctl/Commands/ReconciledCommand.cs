using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Takes a person's word that a machine which was set back has been reconciled.</summary>
internal static class ReconciledCommand
{
    private static readonly Option<string> By = new("--by") { Description = "Who compared what went in and out; stands in every later report.", HelpName = "NAME", Required = true };

    public static Command Create()
    {
        var command = Inputs.Command(
            "reconciled",
            """
            Say that this machine was set back to a snapshot, restored or copied, and that what it sent and received since has been compared with the partners and the PACS.

            Example:
              gwctl reconciled appliance.json --by "Example hospital, IT"
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, By, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var (before, now) = await GenerationMemory.ReconcileAsync(session.Machine, parsed.GetValue(By)!, TimeProvider.System, cancel);
            if (session.Output.IsJson)
                Output.Json(new { before, now });
            else
                session.Output.Line($"recorded: generation {now.Identifier} in place of {before.Identifier} of {before.At:yyyy-MM-dd HH:mm} UTC, reconciled by {now.By}");
            return (int)ExitCode.Holds;
        });
        return command;
    }
}
