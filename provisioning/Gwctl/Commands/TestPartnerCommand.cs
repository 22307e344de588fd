using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Asking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>
/// The daily function check of a line (DIN 6868-159): a synthetic image on the way that every image takes, and how long each hop took. What
/// it prints is the record.
/// </summary>
internal static class TestPartnerCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly Option<string> Partner = new("--partner") { Description = "The partner's id in the manifest.", HelpName = "ID", Required = true };

    private static readonly Option<int> Minutes = new("--minutes") { Description = "How long to wait for the partner's answer.", HelpName = "N", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = GatewayCommand.Verb(
            "test-partner", "Send a synthetic image to a partner and print the record of its way: each hop with its time. Ends with 0 where the partner has answered for it, with 2 otherwise.", CheckAsync);
        command.Add(Partner);
        command.Add(Minutes);
        return command;
    }

    private static async Task<ExitCode> CheckAsync(GatewayApi api, Output output, ParseResult parsed, CancellationToken cancel)
    {
        var partner = parsed.GetValue(Partner)!;
        var begun = await api.PostAsync($"partners/{Uri.EscapeDataString(partner)}/check", cancel)
            ?? throw new RefusedException(Diagnostic.Error("GW7108", $"The gateway knows no partner {partner}.", "The manifest's section gateway.partners names those that it knows."));
        var study = (string)begun["study"]!;
        var trace = await UntilAnsweredAsync(api, study, TimeSpan.FromMinutes(parsed.GetValue(Minutes)), cancel);
        var arrival = trace["arrivals"]!.AsArray().Single(one => (string?)one!["target"] == partner)!;
        var hops = Hops(trace).ToList();
        if (output.IsJson)
            Output.Json(new { partner, study, answer = (string?)arrival["answer"], isProved = (bool)arrival["isProved"]!, hops });
        else
            Print(output, partner, study, arrival, hops);
        return (bool)arrival["isProved"]! ? ExitCode.Holds : ExitCode.Differs;
    }

    private static async Task<JsonObject> UntilAnsweredAsync(GatewayApi api, string study, TimeSpan longest, CancellationToken cancel)
    {
        for (var end = DateTime.UtcNow + longest; ; await Task.Delay(Pause, cancel))
        {
            if (await api.FindAsync($"studies/{study}/trace", cancel) is { } trace
                && (DateTime.UtcNow >= end || trace["arrivals"]!.AsArray().All(arrival => IsSettled(arrival!))))
                return trace;
        }
    }

    private static bool IsSettled(JsonNode arrival) => (bool)arrival["isProved"]! || (int)arrival["dead"]! > 0 || (int)arrival["unconfirmed"]! > 0;

    private static IEnumerable<Hop> Hops(JsonObject trace)
    {
        DateTimeOffset? before = null;
        foreach (var line in trace["lines"]!.AsArray())
        {
            if (TraceCommand.Step((string)line!["event"]!) is not { } step)
                continue;
            var at = line["at"]!.GetValue<DateTimeOffset>();
            yield return new Hop(step, at, before is { } last ? (at - last).TotalMilliseconds : 0, TraceCommand.Evidence((string)line["event"]!, line["what"]!));
            before = at;
        }
    }

    private static void Print(Output output, string partner, string study, JsonNode arrival, IReadOnlyList<Hop> hops)
    {
        output.Line($"Function check of the line to {partner} (DIN 6868-159)");
        output.Line($"Synthetic study {study}");
        output.Line("");
        foreach (var hop in hops)
            output.Line(string.Create(CultureInfo.InvariantCulture, $"  {hop.At:yyyy-MM-dd HH:mm:ss.fff} UTC  {hop.Milliseconds,9:F0} ms  {hop.Step,-34}  {hop.Evidence}"));
        output.Line("");
        output.Line(hops is [var first, .., var last]
            ? string.Create(CultureInfo.InvariantCulture, $"Arrived: {arrival["answer"]}. {(last.At - first.At).TotalSeconds:F1} s in all.")
            : $"Arrived: {arrival["answer"]}.");
    }

    private sealed record Hop(string Step, DateTimeOffset At, double Milliseconds, string Evidence);
}
