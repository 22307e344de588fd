using System.CommandLine;
using System.Text.Json;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Planning;
using Gwctl.Printing;
using Gwctl.Serving;

namespace Gwctl.Commands;

/// <summary>Makes the manifest hold.</summary>
internal static class ApplyCommand
{
    private const string Title = "applying";
    private static readonly Option<string?> PlanFile = new("--plan") { Description = "Apply this plan and nothing else; refused when machine or manifest moved since.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = Inputs.Command(
            "apply",
            """
            Make the manifest hold. What fails is taken back; a run that was cut off is gone on with. On an installed appliance the service
            GatewayProvisioning does it and goes on when this command is cut off; Ctrl-C stops it between two changes.

            Example:
              gwctl apply appliance.json --plan plan.json
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Facts, PlanFile, Inputs.Json);
        command.SetAction(async (parsed, cancel) => (int)await RunAsync(parsed, parsed.GetValue(PlanFile) is { } path ? ReadPlan(path) : null, cancel));
        return command;
    }

    /// <summary>Applies, by the machine's service where one answers, and prints the end.</summary>
    public static async Task<ExitCode> RunAsync(ParseResult parsed, Plan? approved, CancellationToken cancel)
    {
        var output = Output.Of(parsed);
        if (Session.Load(parsed, output) is not var (appliance, graph))
            return ExitCode.ManifestInvalid;

        // Facts make another machine than the service's.
        await using var service = parsed.GetValue(Inputs.Facts) is null ? await HandOver.FindAsync(parsed.GetValue(Inputs.Root), cancel) : null;
        if (service is not null && await service.DoAsync(Request.Of(Job.Apply, appliance, approved), Title, output, cancel) is { } ended)
            return ended;
        await using var session = Session.Open(parsed, output, appliance, graph);
        var end = RunEnd.Of(await output.WithProgressAsync(Title, step =>
            new Applier(session.Machine, session.JournalFile, TimeProvider.System, at => step($"{at.What} {at.Resource.Id}")).ApplyAsync(session.Assessor, approved, cancel)));
        ResultPrinter.Print(output, end);
        return end.ExitCode;
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
