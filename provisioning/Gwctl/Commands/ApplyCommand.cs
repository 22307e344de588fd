using System.CommandLine;
using System.Text.Json;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Planning;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Makes the manifest hold.</summary>
internal static class ApplyCommand
{
    private static readonly Option<string?> PlanFile = new("--plan") { Description = "Apply this plan and nothing else; refused when machine or manifest moved since.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = Inputs.Command(
            "apply",
            """
            Make the manifest hold. What fails is taken back; a run that was cut off is gone on with.

            Example:
              gwctl apply appliance.json --plan plan.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts, PlanFile, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            var approved = parsed.GetValue(PlanFile) is { } path ? ReadPlan(path) : null;
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var result = await session.Output.WithProgressAsync("applying", step =>
                new Applier(session.Machine, session.JournalFile, TimeProvider.System, (id, what) => step($"{what} {id}")).ApplyAsync(session.Assessor, approved, cancel));
            ResultPrinter.Print(session.Output, result);
            return (int)(result switch
            {
                { Outcome: ApplyOutcome.Applied, After: { } after } => VerifyCommand.CodeOf(after),
                { Outcome: ApplyOutcome.Refused } => ExitCode.NotMet,
                _ => ExitCode.Failed,
            });
        });
        return command;
    }

    private static Plan ReadPlan(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Plan>(File.ReadAllBytes(path), ManifestJson.Compact) is { FormatVersion: Plan.CurrentFormat } plan
                ? plan
                : throw new JsonException($"its format is not version {Plan.CurrentFormat}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw new RefusedException(Diagnostic.Error("GW3004", $"{path} is not a plan: {e.Message}", "Make one with 'gwctl plan --out FILE'."), e);
        }
    }
}
