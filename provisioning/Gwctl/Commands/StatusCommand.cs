using System.CommandLine;
using Gateway.Provisioning.Applying;
using Gwctl.Printing;
using Spectre.Console;

namespace Gwctl.Commands;

/// <summary>Shows where the machine stands, from its journal alone.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = Inputs.Command(
            "status",
            """
            Show where the machine stands: its runs, an open one, the newest report. Observes nothing else.

            Example:
              gwctl status --root /tmp/site
            """,
            Inputs.Manifest, Inputs.Overlay, Inputs.Root, Inputs.Json);
        command.SetAction(async (parsed, cancel) =>
        {
            await using var session = Session.Open(parsed);
            if (session is null)
                return (int)ExitCode.ManifestInvalid;
            var journal = Journal.Open(session.JournalFile, TimeProvider.System);
            var runs = Run.Of(journal);
            var open = runs is [.., { IsOpen: true } last] ? last : null;
            var reports = session.ReportsFolder;
            var newest = Directory.Exists(reports) ? Directory.EnumerateFiles(reports, "compliance-*.html").Order(StringComparer.Ordinal).LastOrDefault() : null;
            if (session.Output.IsJson)
            {
                Output.Json(new
                {
                    machine = session.Machine.Name,
                    isRehearsal = session.Machine.IsRehearsal,
                    stateRoot = session.Machine.StateRoot,
                    journalLines = journal.Entries.Count,
                    open = open?.Id,
                    runs = runs.Select(r => new { r.Id, r.Kind, r.StartedAt, r.Outcome, changed = r.Touched }),
                    report = newest,
                });
                return (int)ExitCode.Holds;
            }

            session.Output.Line($"{session.Machine.Name}{(session.Machine.IsRehearsal ? " (rehearsal)" : "")}, state root {session.Machine.StateRoot}");
            if (runs.Count == 0)
                session.Output.Line("no runs yet");
            foreach (var run in runs)
                session.Output.Line($"{run.StartedAt:yyyy-MM-dd HH:mm:ss} UTC  {run.Kind.ToString().ToLowerInvariant(),-8}  {run.Outcome?.ToString().ToLowerInvariant() ?? "open",-10}  {run.Touched} changes  {run.Id}");
            if (open is not null)
                session.Output.Line($"The run {open.Id} was cut off: 'gwctl apply' goes on with it, 'gwctl rollback' takes it back.", Color.Yellow);
            if (newest is not null)
                session.Output.Line($"newest report: {newest}");
            return (int)ExitCode.Holds;
        });
        return command;
    }
}
