using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Reporting;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Resources.Assertions;
using Gwctl.Asking;
using Gwctl.Printing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gwctl.Serving;

/// <summary>
/// What looks after an installed appliance when nobody does: it goes on with a run that was cut off, by a restart, a lost connection, a kill; and every night it
/// looks for drift, writes a report, and says in the registry where the machine stands. It mends no drift: that is a person's decision.
/// </summary>
/// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
/// <param name="turns">Whose turn it is.</param>
/// <param name="lifetime">Ends the program when its service was taken back.</param>
/// <param name="clock">Says when.</param>
/// <param name="log">What an administrator reads, in the event log of Windows.</param>
internal sealed class ProvisioningWorker(string? root, Turns turns, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ProvisioningWorker> log) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(5);
    private static readonly TimeOnly AtNight = new(4, 0); // after the backup and before the ward's day
    private DateTimeOffset nextSecondStage = DateTimeOffset.MinValue; // not yet tried since it started
    private long nextCheck = DateTimeOffset.MinValue.UtcTicks; // the first one when it starts

    /// <summary>Looks for drift and writes a report at the next opportunity, not only at night.</summary>
    public void LookSoon() => Interlocked.Exchange(ref nextCheck, DateTimeOffset.MinValue.UtcTicks);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stateRoot = Session.StateRootOf(root);
        log.Started(ProductVersion.Text, stateRoot);
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = BetweenLooks;
            try
            {
                using var look = turns.TryLook(stoppingToken);
                if (look is not null)
                    await LookAsync(look);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                // A person's run goes first.
            }
            catch (RefusedException busy) when (busy.Diagnostic.Code == "GW3001")
            {
                // Somebody is at work; afterwards there is perhaps nothing left to do.
            }
            catch (RefusedException refused)
            {
                log.WasRefused(refused.Diagnostic.ToString());
                pause = AfterFailure;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.WasRefused(e.Message);
                pause = AfterFailure;
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }

    private async Task LookAsync(Turns.Look look)
    {
        await using var session = Session.OpenKept(root);
        if (session is null)
            return;
        var open = OpenRun(session);
        if (open is not null)
        {
            // One at which somebody is still at work holds the lock, and was not cut off; it may have ended since.
            using var alone = ApplyLock.Take(session.Machine.StateRoot);
            open = OpenRun(session);
        }

        if (open is not null && open.Id != turns.LeftByPerson)
            await GoOnAsync(session, open, look);
        else if (open is null && clock.GetUtcNow() >= nextSecondStage && LastBuilt(session) is { HasSecondStage: true } first)
            await DoSecondStageAsync(session, first, look);
        else if (open is null && clock.GetUtcNow().UtcTicks >= Interlocked.Read(ref nextCheck))
            await CheckAsync(session, look.Cancel);
    }

    private Run? OpenRun(Session session) => LastRun(session) is { IsOpen: true } last ? last : null;

    // A second stage that failed and was taken back is tried again.
    private Run? LastBuilt(Session session) => Run.Of(Journal.Open(session.JournalFile, clock)).LastOrDefault(run => run is { Kind: RunKind.Apply, Outcome: RunOutcome.Applied });

    private Run? LastRun(Session session) => Run.Of(Journal.Open(session.JournalFile, clock)) is [.., var last] ? last : null;

    // What an installation left, because Windows Installer runs one at a time. Tried once, and then once a night: what keeps it from succeeding is a person's to mend.
    private async Task DoSecondStageAsync(Session session, Run first, Turns.Look look)
    {
        if (session.Machine.Packages.IsInstallerBusy || !look.TryRun($"the service does the second stage of {first.Id}"))
            return;
        var result = await new Applier(session.Machine, session.JournalFile, clock).ApplyAsync(session.Assessor, null, look.Cancel);
        nextSecondStage = NextNight();
        await Standing.SayAfterAsync(session, result, look.Cancel);
        var notes = string.Join(" ", result.Diagnostics);
        log.DidSecondStage(result.Outcome == ApplyOutcome.Applied ? LogLevel.Information : LogLevel.Error, first.Id, result.Outcome, result.Changed, notes);
        LookSoon();
    }

    private async Task GoOnAsync(Session session, Run open, Turns.Look look)
    {
        if (open.Kind == RunKind.Apply && open.Product is { } other && other != ProductVersion.Text)
            throw new RefusedException(Diagnostic.Error("GW3407", $"The run {open.Id} was cut off and is version {other}'s of the product; this service is version {ProductVersion.Text}, and would build its own.", $"Go on with it by the gwctl of version {other}: 'gwctl apply', or 'gwctl rollback'."));
        if (!look.TryRun($"the service goes on with the {open.Kind.ToString().ToLowerInvariant()} {open.Id}, which had been cut off"))
            return;
        var applier = new Applier(session.Machine, session.JournalFile, clock);
        var result = open.Kind == RunKind.Rollback
            ? await applier.RollbackAsync(look.Cancel)
            : await applier.ApplyAsync(session.Assessor, KeptIntent.PlanOf(session.Machine.StateRoot, open), look.Cancel);
        var notes = string.Join(" ", result.Diagnostics);
        log.WentOn(open.Id, open.Kind, result.Outcome, notes);
        LookSoon();
        if (session.Machine.Services.IsOwnDeleted)
            lifetime.StopApplication();
        if (result.Outcome is ApplyOutcome.Unfinished or ApplyOutcome.Refused)
            throw new RefusedException(result.Diagnostics[^1]);
    }

    private async Task CheckAsync(Session session, CancellationToken cancel)
    {
        using var alone = ApplyLock.Take(session.Machine.StateRoot);
        var tonight = NextNight();
        var asked = Interlocked.Read(ref nextCheck);
        var history = JournalHistory.Of(Journal.Open(session.JournalFile, clock));
        if (history.Held.Count == 0)
        {
            Standing.Say(session, Standing.Pending);
        }
        else
        {
            await GenerationMemory.RecordFirstAsync(session.Machine, clock, cancel);
            var assessment = await session.Assessor.AssessAsync(history, null, cancel);
            if (assessment.Observations.FirstOrDefault(o => o is { Resource: SameGeneration, Observation.Outcome: Outcome.Fails }).Observation is { } setBack)
                log.SetBack(setBack.Observed.English);
            var report = ReportFiles.Write(session.ReportsFolder, session.Appliance, assessment, await MonitoredMachine.BesideReportAsync(session, cancel), session.JournalHead());
            Standing.Say(session, Standing.Of(assessment));
            var left = string.Join("; ", ResultPrinter.Left(assessment));
            if (Standing.Holds(assessment))
                log.Holds(report.Html);
            else
                log.Drifted(left, report.Html);
        }

        Interlocked.CompareExchange(ref nextCheck, tonight.UtcTicks, asked);
    }

    private DateTimeOffset NextNight()
    {
        var now = clock.GetLocalNow();
        var tonight = new DateTimeOffset(now.Date + AtNight.ToTimeSpan(), now.Offset);
        return tonight > now ? tonight : tonight.AddDays(1);
    }
}
