using System.CommandLine;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Diagnosis;
using Gwctl.Asking;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Did it arrive? The ledger's answer for one study, target by target, with the evidence of each step.</summary>
internal static class TraceCommand
{
    // What a person needs no line for: it says so in the one that follows.
    private static readonly string[] Quiet = ["packed", "planned"];

    private static readonly string[] States = ["stored", "acknowledged", "unconfirmed", "underWay", "overdue", "waiting", "dead"];

    private static readonly Option<string> Study = new("--study") { Description = "The study instance UID, as 'gwctl gateway queue' and the PACS name it.", HelpName = "UID", Required = true };

    public static Command Create()
    {
        var command = GatewayCommand.Verb("trace", "Did a study arrive? Show how far it has come, with the evidence of each step. Ends with 0 where every image is proved to be there, with 2 otherwise.", ShowAsync);
        command.Add(Study);
        return command;
    }

    private static async Task<ExitCode> ShowAsync(GatewayApi api, Output output, ParseResult parsed, CancellationToken cancel)
    {
        var study = parsed.GetValue(Study)!;
        var trace = await api.FindAsync($"studies/{Uri.EscapeDataString(study)}/trace", cancel)
            ?? throw new RefusedException(Diagnostic.Error("GW7107", $"The ledger knows no study {study}.", "The study instance UID stands in the PACS; see whether the images were sent to this gateway."));
        var arrivals = trace["arrivals"]!.AsArray();
        if (output.IsJson)
            Output.Json(trace);
        else
            Print(output, trace, arrivals);
        return arrivals.Count > 0 && arrivals.All(arrival => (bool)arrival!["isProved"]!) ? ExitCode.Holds : ExitCode.Differs;
    }

    private static void Print(Output output, JsonObject trace, JsonArray arrivals)
    {
        output.Line($"study {trace["study"]}: {trace["images"]} images received");
        foreach (var arrival in arrivals)
            output.Line($"  {arrival!["target"],-20}  {arrival["answer"]}  ({Counts(arrival)})");
        if (arrivals.Count == 0)
            output.Line("  it goes nowhere: no route fits it");
        output.Line("");
        foreach (var line in trace["lines"]!.AsArray().Where(line => !Quiet.Contains((string?)line!["event"])))
            output.Line($"  {GatewayCommand.Time(line!["at"])}  {line["event"],-13}  {Evidence((string)line["event"]!, line["what"]!)}");
    }

    private static string Counts(JsonNode arrival) => string.Join(", ", States
        .Where(state => (int)arrival[state]! > 0).Select(state => $"{arrival[state]} {Words(state)}").Prepend($"{arrival["images"]} images"));

    private static string Words(string state) => state == "underWay" ? "under way" : state;

    /// <summary>A step of an image's way, in words; null for what is none.</summary>
    internal static string? Step(string name) => name switch
    {
        "received" => "received and durable",
        "cameAgain" => "came again, for somebody else or more urgently",
        "packed" => "signed, encrypted and durable",
        "postponed" => "must wait",
        "accepted" => "taken over by a mail server",
        "acknowledged" => "answered by the partner",
        "informed" => "answered, without a proof",
        "bounced" => "came back",
        "refused" => "refused",
        "returned" => "given up",
        "stored" => "stored",
        _ => null,
    };

    /// <summary>What a line of the ledger rests on, in words.</summary>
    internal static string Evidence(string name, JsonNode what) => name switch
    {
        "packed" => $"message {what["part"]}, {what["bytes"]} bytes",
        "received" => $"from {what["calling"]} for {what["called"]}: {what["name"]}",
        "cameAgain" => $"from {what["calling"]} for {what["called"]}, goes to {string.Join(", ", what["to"]!.AsArray().Select(to => $"{to!["target"]}, {to["priority"]}"))}: {what["name"]}",
        "queued" => $"for {what["target"]}: {what["names"]!.AsArray().Count} images, {what["kind"]}, {what["priority"]}",
        "stored" => $"status {what["status"]}: {what["name"]}",
        "refused" => $"{what["status"]} {what["reason"]}: {what["name"]}",
        "postponed" => $"until {GatewayCommand.Time(what["until"])}: {what["reason"]}",
        "finished" => what["givenUp"] is { } why ? $"given up: {why}" : $"delivery {what["delivery"]}",
        "accepted" => $"message {what["part"]} by {what["server"]}: {what["text"]}",
        "acknowledged" => $"message {what["part"]}: {what["verdict"]}, {((bool)what["isStored"]! ? "stored at the partner's PACS" : "at the partner's gateway")}, signed by {what["signer"]}, kept as {what["evidence"]}",
        "informed" => $"message {what["part"]}: {what["verdict"]}, which nothing proves; kept as {what["evidence"]}",
        "bounced" => $"message {what["part"]}: {what["status"]} {what["reason"]}",
        "overdue" => $"message {what["part"]}: the partner's time for its answer is over",
        "returned" => $"{what["names"]!.AsArray().Count} images: {what["reason"]}",
        "fetched" => $"from {what["mailbox"]}, {what["bytes"]} bytes: {what["mail"]}",
        "opened" => $"message {what["part"]} of {what["total"]} from {what["partner"]}, signed by {what["signer"]}: {what["names"]!.AsArray().Count} images",
        "answered" => $"message {what["part"]}: {what["verdict"]}; {what["server"]}: {what["text"]}",
        "askedAgain" => $"for messages {string.Join(", ", what["missing"]!.AsArray())}",
        "incomplete" => $"messages {string.Join(", ", what["missing"]!.AsArray())} never came",
        "removed" => $"{what["because"]}: {what["name"]}",
        _ => what.ToJsonString(),
    };
}
