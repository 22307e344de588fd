using System.CommandLine;
using System.Globalization;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Machines;
using Gwctl.Printing;

namespace Gwctl.Commands;

/// <summary>Shows where the machine stands, from its journal, and what its gateway is at.</summary>
internal static class StatusCommand
{
    private const string Emergency = "emergency";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private static readonly Option<bool> Watch = new("--watch") { Description = "Go on and look every two seconds, until Ctrl-C." };

    public static Command Create()
    {
        var command = Inputs.Command(
            "status",
            """
            Show where the machine stands: its runs, an open one, the newest report, and what the running gateway has to do. Looks at nothing else.

            Example:
              gwctl status --root /tmp/site --watch
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Watch, Inputs.Json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Watch) && result.GetValue(Inputs.Json))
                result.AddError("--watch goes on, and --json is one document: give one of them.");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            if (session.Output.IsJson)
            {
                Output.Json(Seen(session, await GatewayFigures.AskAsync(session.Appliance.Gateway.HealthPort, cancel)));
                return (int)ExitCode.Holds;
            }

            IReadOnlyList<string> shown = [];
            try
            {
                do
                {
                    IReadOnlyList<string> now = [.. Machine(session), .. Gateway(session, await GatewayFigures.AskAsync(session.Appliance.Gateway.HealthPort, cancel), TimeProvider.System.GetUtcNow())];
                    if (!now.SequenceEqual(shown))
                        session.Output.Page(shown = now, isNext: parsed.GetValue(Watch));
                    if (parsed.GetValue(Watch))
                        await Task.Delay(BetweenLooks, cancel);
                }
                while (parsed.GetValue(Watch));
            }
            catch (OperationCanceledException) when (parsed.GetValue(Watch) && cancel.IsCancellationRequested)
            {
                // Ctrl-C
            }

            return (int)ExitCode.Holds;
        });
        return command;
    }

    private static object Seen(Session session, GatewayFigures? gateway)
    {
        var journal = Journal.Open(session.JournalFile, TimeProvider.System);
        var runs = Run.Of(journal);
        return new
        {
            machine = session.Machine.Name,
            isRehearsal = session.Machine.IsRehearsal,
            stateRoot = session.Machine.StateRoot,
            journalLines = journal.Entries.Count,
            open = Open(runs)?.Id,
            runs = runs.Select(r => new { r.Id, r.Kind, r.StartedAt, r.Outcome, changed = r.Touched }),
            report = NewestReport(session),
            gateway,
        };
    }

    private static IEnumerable<string> Machine(Session session)
    {
        yield return $"{session.Machine.Name}{(session.Machine.IsRehearsal ? " (rehearsal)" : "")}, state root {session.Machine.StateRoot}";
        var runs = Run.Of(Journal.Open(session.JournalFile, TimeProvider.System));
        if (runs.Count == 0)
            yield return "no runs yet";
        foreach (var run in runs)
            yield return $"{run.StartedAt:yyyy-MM-dd HH:mm:ss} UTC  {run.Kind.ToString().ToLowerInvariant(),-8}  {run.Outcome?.ToString().ToLowerInvariant() ?? "open",-10}  {run.Touched} changes  {run.Id}";
        if (Open(runs) is { } open)
            yield return $"The run {open.Id} was cut off: 'gwctl apply' goes on with it, 'gwctl rollback' takes it back.";
        if (NewestReport(session) is { } newest)
            yield return $"newest report: {newest}";
    }

    private static IEnumerable<string> Gateway(Session session, GatewayFigures? figures, DateTimeOffset now)
    {
        if (figures is null)
        {
            yield return $"gateway: nobody answers on 127.0.0.1:{session.Appliance.Gateway.HealthPort}";
            yield break;
        }

        yield return $"gateway: {figures.Status}, version {figures.Version}, since {figures.StartedAt:yyyy-MM-dd HH:mm} UTC{(figures.Sending.IsPaused ? "; sending is paused: 'gwctl gateway reconcile'" : "")}";
        yield return $"waits to be sent: {Waiting("emergencies", figures.Queue.Where(queue => queue.Priority == Emergency).ToList(), now)}; {Waiting("others", figures.Queue.Where(queue => queue.Priority != Emergency).ToList(), now)}";
        yield return string.Create(CultureInfo.InvariantCulture, $"dead letters: {figures.DeadLetters.Sum(dead => dead.Instances)} images{(figures.DeadLetters.Count > 0 ? "; 'gwctl gateway dead-letters' says why" : "")}");
        yield return $"database: {(figures.Database.IsThere ? "there" : "away; images are received and sent without it")}, {figures.Database.LinesBehind} lines behind";
    }

    private static string Waiting(string what, IReadOnlyList<QueueFigures> queues, DateTimeOffset now) => queues.Count == 0 ? $"no {what}" : string.Create(
        CultureInfo.InvariantCulture, $"{queues.Sum(queue => queue.Deliveries)} {what} with {queues.Sum(queue => queue.Instances)} images, the oldest for {Math.Max(0, (now - queues.Min(queue => queue.Oldest)).TotalMinutes):0} min");

    private static Run? Open(IReadOnlyList<Run> runs) => runs is [.., { IsOpen: true } last] ? last : null;

    private static string? NewestReport(Session session) =>
        ReportsInFolder.Newest(session.ReportsFolder, ".html", DateTimeOffset.UtcNow);
}
