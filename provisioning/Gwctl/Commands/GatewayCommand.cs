using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Asking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Asks the running gateway: what waits, what was given up, and what is to be done about it.</summary>
internal static class GatewayCommand
{
    private static readonly Option<long> Delivery = new("--delivery") { Description = "The delivery, as 'gwctl gateway dead-letters' names it.", HelpName = "NUMBER", Required = true };

    private static readonly Option<string> Study = new("--study") { Description = "The study instance UID.", HelpName = "UID", Required = true };

    private static readonly Option<string> To = new("--to") { Description = "The target's id in the manifest: a partner, or an application entity of this site.", HelpName = "ID", Required = true };

    private static readonly Option<bool> IsEmergency = new("--emergency") { Description = "Before everything else." };

    private static readonly Option<string> By = new("--by") { Description = "Who has compared; sending goes on then.", HelpName = "NAME" };

    public static Command Create() => new("gateway", "Ask the running gateway: its queue, its dead letters, its index.")
    {
        Verb("queue", "Show what waits to be sent, the most urgent first.", async (api, output, _, cancel) =>
        {
            if (!output.IsJson && await api.GetObjectAsync("sending", cancel) is var sending && sending["isPaused"]!.GetValue<bool>())
                output.Line($"sending is paused since {Time(sending["since"])}: {sending["because"]}; 'gwctl gateway reconcile' shows what to compare");
            Print(output, await api.GetAsync("queue", cancel), "nothing waits", Waiting);
        }),
        Verb("dead-letters", "Show what a target does not have and will not be sent again by itself, each with its reason.", async (api, output, _, cancel) =>
            Print(output, await api.GetAsync("dead-letters", cancel), "no dead letters", one =>
                $"{one["delivery"],8}  {one["target"],-20}  {Time(one["at"])}  {one["reason"]}  {one["study"]}")),
        Resend(),
        Send(),
        TraceCommand.Create(),
        TestPartnerCommand.Create(),
        Reconcile(),
        Verb("rebuild-index", "Make the database anew from ledger and images. Images are received and sent meanwhile.", async (api, output, _, cancel) =>
        {
            await api.PostAsync("index/rebuild", cancel);
            if (output.IsJson)
                Output.Json(new { started = true });
            else
                output.Line("begun; the gateway's health says how many lines it is behind");
        }),
    };

    private static Command Resend()
    {
        var command = Verb("resend", "Send the dead letters of a delivery once more.", async (api, output, parsed, cancel) =>
        {
            var number = parsed.GetValue(Delivery);
            var answer = await api.PostAsync(string.Create(CultureInfo.InvariantCulture, $"dead-letters/{number}/resend"), cancel)
                ?? throw new RefusedException(Diagnostic.Error("GW7104", $"Delivery {number} has no dead letters.", "'gwctl gateway dead-letters' names those that have."));
            if (output.IsJson)
                Output.Json(answer);
            else
                output.Line($"{answer["instances"]} images are queued again, as delivery {answer["delivery"]}");
        });
        command.Add(Delivery);
        return command;
    }

    private static Command Send()
    {
        var command = Verb("send", "Send a study that lies in the spool to a target, whether a route does or not.", async (api, output, parsed, cancel) =>
        {
            var study = parsed.GetValue(Study)!;
            var answer = await api.PostAsync($"studies/{Uri.EscapeDataString(study)}/send?to={Uri.EscapeDataString(parsed.GetValue(To)!)}&urgent={(parsed.GetValue(IsEmergency) ? "true" : "false")}", cancel)
                ?? throw new RefusedException(Diagnostic.Error("GW7113", $"No image of the study {study} lies in the spool.", "'gwctl gateway trace' shows what has become of it; send it to the gateway once more."));
            if (output.IsJson)
                Output.Json(answer);
            else
                output.Line($"{answer["instances"]} images are queued, as delivery {answer["delivery"]}; 'gwctl gateway trace' shows how far they come");
        });
        command.Add(Study);
        command.Add(To);
        command.Add(IsEmergency);
        return command;
    }

    private static Command Reconcile()
    {
        var command = Verb("reconcile", "Compare images, ledger and database where the machine was set back, and show what may have been sent already; with --by, let sending go on.", async (api, output, parsed, cancel) =>
        {
            if (parsed.GetValue(By) is { } by)
            {
                var answer = await api.PostAsync($"sending/resume?by={Uri.EscapeDataString(by)}", cancel)
                    ?? throw new RefusedException(Diagnostic.Error("GW7105", "Sending is not paused.", "'gwctl gateway queue' shows what waits."));
                if (output.IsJson)
                    Output.Json(answer);
                else
                    output.Line($"reconciled by {by}: sending goes on with {answer["deliveries"]} deliveries");
                return;
            }

            var found = await api.GetObjectAsync("sending/comparison", cancel);
            if (output.IsJson)
            {
                Output.Json(found);
                return;
            }

            var (sending, compared, deliveries) = (found["sending"]!, found["comparison"]!, found["deliveries"]!.AsArray());
            output.Line(sending["isPaused"]!.GetValue<bool>() ? $"sending is paused since {Time(sending["since"])}: {sending["because"]}" : "sending is not paused");
            output.Line($"images {compared["inSpool"]}, in the ledger {compared["inLedger"]}, in the database {compared["inIndex"]?.ToString() ?? "away"}; in the ledger without an image {compared["notInSpool"]}, images without a line {compared["notInLedger"]}");
            output.Line("not known to be delivered, and perhaps sent before the machine was set back:");
            Print(output, deliveries, "none", Waiting);
            output.Line("what the partners and the PACS have since then and the ledger does not name has to be compared there; then: gwctl gateway reconcile --by \"Who\"");
        });
        command.Add(By);
        return command;
    }

    private static string Waiting(JsonNode one) =>
        $"{one["delivery"],8}  {one["priority"],-9}  {one["target"],-20}  {one["kind"],-10}  {one["instances"],6} images  {one["unproved"],6} unproved  {one["attempts"]} failed  queued {Time(one["queuedAt"])}  {one["study"]}";

    private static Command Verb(string name, string description, Func<GatewayApi, Output, ParseResult, CancellationToken, Task> work) =>
        Verb(name, description, async (api, output, parsed, cancel) =>
        {
            await work(api, output, parsed, cancel);
            return ExitCode.Holds;
        });

    /// <summary>A verb that asks the gateway of a manifest.</summary>
    internal static Command Verb(string name, string description, Func<GatewayApi, Output, ParseResult, CancellationToken, Task<ExitCode>> work) => Verb("gateway", name, description, work);

    /// <summary>A verb of another command that asks the gateway of a manifest.</summary>
    internal static Command Verb(string parent, string name, string description, Func<GatewayApi, Output, ParseResult, CancellationToken, Task<ExitCode>> work)
    {
        var command = Inputs.Command(name, $"{description}\n\nExample:\n  gwctl {parent} {name} appliance.json", Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            using var api = GatewayApi.Of(session.Appliance, parsed.GetValue(Inputs.Root));
            return (int)await work(api, session.Output, parsed, cancel);
        });
        return command;
    }

    private static void Print(Output output, JsonArray entries, string none, Func<JsonNode, string> line)
    {
        if (output.IsJson)
        {
            Output.Json(entries);
            return;
        }

        if (entries.Count == 0)
            output.Line(none);
        foreach (var entry in entries)
            output.Line(line(entry!));
    }

    /// <summary>A time as it is printed.</summary>
    internal static string Time(JsonNode? at) => at is null ? "" : at.GetValue<DateTimeOffset>().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
}
