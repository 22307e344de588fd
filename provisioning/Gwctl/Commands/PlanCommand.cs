using System.CommandLine;
using System.Text.Json;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Manifest;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Shows what apply would change.</summary>
internal static class PlanCommand
{
    private static readonly Option<string?> Out = new("--out") { Description = "Keep the plan in this file, to be approved and applied.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = Inputs.Command(
            "plan",
            """
            Show what apply would change and why. Changes nothing. Ends with 2 when something differs.

            Example:
              gwctl plan appliance.json --overlay site.json --out plan.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts, Out, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var assessment = await session.AssessAsync(cancel);
            if (parsed.GetValue(Out) is { } path)
                await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(assessment.Plan, ManifestJson.Indented), cancel);
            var refusing = Refusals.Of(assessment);
            if (session.Output.IsJson)
            {
                Output.Json(assessment.Plan);
            }
            else
            {
                PlanPrinter.Print(session.Output, assessment.Plan);
                session.Output.Complain(refusing);
            }

            return (int)(refusing.Count > 0 ? ExitCode.NotMet
                : assessment.Plan.Changes.Count > 0 ? ExitCode.Differs
                : assessment.RestartPending ? ExitCode.RestartNeeded : ExitCode.Holds);
        });
        return command;
    }
}
