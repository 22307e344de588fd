using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Reporting;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Resources.Assertions;
using Gwctl.Commands;
using Gwctl.Printing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gwctl.Serving;

/// <summary>
/// What looks after an installed appliance when nobody does: it goes on with a run that was cut off, by a restart, a lost connection, a kill; and every night it
/// looks for drift, writes a report, and says in the registry where the machine stands. It mends no drift: that is a person's decision.
/// </summary>
/// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
/// <param name="clock">Says when.</param>
/// <param name="log">What an administrator reads, in the event log of Windows.</param>
internal sealed partial class ProvisioningWorker(string? root, TimeProvider clock, ILogger<ProvisioningWorker> log) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(5);
    private static readonly TimeOnly AtNight = new(4, 0); // after the backup and before the ward's day
    private DateTimeOffset nextCheck = DateTimeOffset.MinValue; // the first one when it starts

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = BetweenLooks;
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (RefusedException busy) when (busy.Diagnostic.Code == "GW3001")
            {
                // Somebody is at work; afterwards there is perhaps nothing left to do.
            }
            catch (RefusedException refused)
            {
                LogRefused(log, refused.Diagnostic.ToString());
                pause = AfterFailure;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogRefused(log, e.Message);
                pause = AfterFailure;
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        await using var session = Session.OpenKept(root);
        if (session is null)
            return;
        if (Run.Of(Journal.Open(session.JournalFile, clock)) is [.., { IsOpen: true } open])
            await GoOnAsync(session, open, cancel);
        else if (clock.GetUtcNow() >= nextCheck)
            await CheckAsync(session, cancel);
    }

    private async Task GoOnAsync(Session session, Run open, CancellationToken cancel)
    {
        var applier = new Applier(session.Machine, session.JournalFile, clock);
        var result = open.Kind == RunKind.Rollback
            ? await applier.RollbackAsync(cancel)
            : await applier.ApplyAsync(session.Assessor, KeptIntent.PlanOf(session.Machine.StateRoot, open), cancel);
        var notes = string.Join(" ", result.Diagnostics);
        LogWentOn(log, open.Id, open.Kind, result.Outcome, notes);
        nextCheck = DateTimeOffset.MinValue;
        if (result.Outcome is ApplyOutcome.Unfinished or ApplyOutcome.Refused)
            throw new RefusedException(result.Diagnostics[^1]);
    }

    private async Task CheckAsync(Session session, CancellationToken cancel)
    {
        using var alone = ApplyLock.Take(session.Machine.StateRoot);
        var history = JournalHistory.Of(Journal.Open(session.JournalFile, clock));
        if (history.Held.Count == 0)
        {
            Say(session, "pending"); // nothing was built yet, or all of it was taken back
        }
        else
        {
            await GenerationMemory.RecordFirstAsync(session.Machine, clock, cancel);
            var assessment = await session.Assessor.AssessAsync(history, null, cancel);
            if (assessment.Observations.FirstOrDefault(o => o is { Resource: SameGeneration, Observation.Outcome: Outcome.Fails }).Observation is { } setBack)
                LogSetBack(log, setBack.Observed.English);
            var holds = VerifyCommand.CodeOf(assessment) is ExitCode.Holds or ExitCode.RestartNeeded;
            var report = ReportFiles.Write(Path.Combine(session.Machine.StateRoot, "reports"), session.Appliance, assessment, session.JournalHead());
            Say(session, holds ? "verified" : "failed");
            var left = string.Join("; ", ResultPrinter.Left(assessment));
            if (holds)
                LogHolds(log, report.Html);
            else
                LogDrift(log, left, report.Html);
        }

        nextCheck = NextNight();
    }

    // Beside the program folder's value, for the installer and for monitoring.
    private static void Say(Session session, string state)
    {
        var value = new RegistryValue(ManifestPaths.RegistryKey, "State", state);
        if (session.Machine.Registry.Read(value.Key, value.Name) != value)
            session.Machine.Registry.Write(value);
    }

    private DateTimeOffset NextNight()
    {
        var now = clock.GetLocalNow();
        var tonight = new DateTimeOffset(now.Date + AtNight.ToTimeSpan(), now.Offset);
        return tonight > now ? tonight : tonight.AddDays(1);
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Went on with the {Kind} {Run}, which had been cut off: {Outcome}. {Notes}")]
    private static partial void LogWentOn(ILogger log, string run, RunKind kind, ApplyOutcome outcome, string notes);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "The manifest holds. Report: {Report}")]
    private static partial void LogHolds(ILogger log, string report);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "The machine is not as the manifest says: {What}. 'gwctl plan' shows it, 'gwctl apply' mends what can be mended. Report: {Report}")]
    private static partial void LogDrift(ILogger log, string what, string report);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Error, Message = "This machine was set back to a snapshot, restored or copied: {What}.")]
    private static partial void LogSetBack(ILogger log, string what);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Error, Message = "{Why}")]
    private static partial void LogRefused(ILogger log, string why);
}
