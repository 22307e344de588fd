using System.Diagnostics;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>
/// Makes a manifest hold, change by change. Whatever happens - a failing change, a full disk, a kill, a power loss at any point - the machine is afterwards
/// as before, or the journal knows how to go on: a second apply converges, and a rollback goes back to the state before the run's first change.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="journalFile">Where the journal lies.</param>
/// <param name="clock">Says when.</param>
/// <param name="progress">Told of each change as it is made.</param>
public sealed class Applier(IMachine machine, IJournalFile journalFile, TimeProvider clock, Action<RunStep>? progress = null)
{
    private const int LooksAtMost = 50;
    private static readonly TimeSpan LongestSettling = TimeSpan.FromMinutes(1); // a look takes a server longer than a rehearsal: what is not well yet keeps nobody waiting for an hour
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);
    private readonly Reversal reversal = new(machine, clock, journalFile.Name);

    /// <summary>Told of each observation as it comes, in every look.</summary>
    public Action<Observation>? Observed { get; init; }

    /// <summary>Whether Windows Installer is at work and calls this: what needs it itself is fetched, checked and left to the second stage, and what depends on that with it. A rollback leaves it installed.</summary>
    public bool IsInsideInstallation { get => reversal.IsInsideInstallation; init => reversal.IsInsideInstallation = value; }

    /// <summary>Applies a manifest.</summary>
    /// <param name="assessor">Looks at the machine.</param>
    /// <param name="approved">The plan that somebody approved, or null: then whatever differs is changed.</param>
    /// <param name="cancel">Cancels between two changes; the run stays open.</param>
    /// <exception cref="RefusedException">Another apply runs (GW3001), the plan is not for this machine as it is (GW3002, GW3003, GW3005 to GW3007), an interrupted rollback waits (GW3102), the journal cannot be trusted or read (GW3101, GW3104), or there is no room for its first line (GW3301).</exception>
    public Task<ApplyResult> ApplyAsync(Assessor assessor, Plan? approved, CancellationToken cancel) => WithRoomAsync(() => BeginApplyAsync(assessor, approved, cancel));

    /// <summary>Takes the last applied run back, an unfinished one first, or goes on with an interrupted rollback.</summary>
    /// <param name="cancel">Cancels between two changes; the rollback stays open.</param>
    /// <exception cref="RefusedException">There is nothing to take back (GW3103), another apply runs (GW3001), the journal cannot be trusted or read (GW3101, GW3104), or there is no room for its first line (GW3301).</exception>
    public Task<ApplyResult> RollbackAsync(CancellationToken cancel) => WithRoomAsync(() => BeginRollbackAsync(all: false, cancel));

    /// <summary>Takes every run back at once, to the state from before the first; or goes on with an interrupted rollback, of whatever it was.</summary>
    /// <param name="cancel">Cancels between two changes; the rollback stays open.</param>
    /// <exception cref="RefusedException">As <see cref="RollbackAsync"/>.</exception>
    public Task<ApplyResult> RollbackAllAsync(CancellationToken cancel) => WithRoomAsync(() => BeginRollbackAsync(all: true, cancel));

    private async Task<ApplyResult> BeginApplyAsync(Assessor assessor, Plan? approved, CancellationToken cancel)
    {
        var looked = Journal.Open(journalFile, clock);
        var before = await assessor.AssessAsync(JournalHistory.Of(looked), Observed, cancel);
        if (Refusals.Of(before) is { Count: > 0 } refusing)
            return new ApplyResult(ApplyOutcome.Refused, null, 0, refusing) { After = before };
        if (approved is not null)
        {
            Approval.CheckOrigin(approved, before.Plan);
            if (!GoesOnWith(approved, looked))
                Approval.CheckUnmoved(approved, before.Plan);
        }

        machine.EnsureStateRoot();
        using var held = ApplyLock.Take(machine.StateRoot);
        var journal = Journal.Open(journalFile, clock);
        LeaveUnfinishableRollback(journal);

        await GenerationMemory.RecordFirstAsync(machine, clock, cancel);

        // Somebody else may have finished a run before the lock was ours.
        var assessment = await assessor.AssessAsync(JournalHistory.Of(journal), Observed, cancel);
        if (approved is not null)
            Approval.CheckSubset(approved, assessment.Plan, GoesOnWith(approved, journal));
        var open = OpenRun(journal);
        if (assessment.Plan.Changes.Count == 0 && open is null && SameHolds(JournalHistory.Of(journal).Held, HeldAfter(assessment, journal, new HashSet<ResourceId>())))
            return new ApplyResult(ApplyOutcome.Applied, null, 0, []) { After = assessment };

        KeptIntent.Keep(machine.StateRoot, assessor.Manifest, approved);
        var log = new RunLog(journal, open?.Id ?? NewRun(), progress);
        journal.Append(log.Entry(open is null ? JournalEvent.RunStarted : JournalEvent.RunResumed) with
        {
            Kind = RunKind.Apply,
            Manifest = assessor.ManifestFingerprint,
            Plan = approved?.Fingerprint,
            Product = ProductVersion.Text,
        });
        return await ChangeAllAsync(assessor, assessment, log, approved is not null, cancel);
    }

    private async Task<ApplyResult> BeginRollbackAsync(bool all, CancellationToken cancel)
    {
        if (!Directory.Exists(machine.StateRoot))
            throw NothingToRollBack();
        using var held = ApplyLock.Take(machine.StateRoot);
        var journal = Journal.Open(journalFile, clock);
        var runs = Run.Of(journal);
        var interrupted = runs is [.., { IsOpen: true, Kind: RunKind.Rollback } last] ? last : null;
        var target = Run.ToTakeBack(runs) ?? throw NothingToRollBack();

        var isAll = interrupted is null ? all : interrupted.Target == Run.All;
        var log = new RunLog(journal, interrupted?.Id ?? NewRun(), progress);
        journal.Append(log.Entry(interrupted is null ? JournalEvent.RunStarted : JournalEvent.RunResumed) with { Kind = RunKind.Rollback, Target = isAll ? Run.All : target.Id, Product = ProductVersion.Text });
        var heldBefore = isAll ? null : runs.TakeWhile(r => r.Id != target.Id).LastOrDefault(r => r.Holds is not null)?.Holds;
        try
        {
            return await TakeBackAsync(isAll ? Run.ChangedBy(runs.Where(r => r.Kind == RunKind.Apply)) : target.Changed, log, interrupted is not null, RunOutcome.RolledBack, heldBefore, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ApplyResult(ApplyOutcome.Unfinished, log.Run, 0, [Failures.Describe(e, null, journalFile.Name), Failures.StaysOpen(log.Run)]);
        }
    }

    // A disk that is full before anything is changed: the same words as for one that fills up on the way.
    private async Task<ApplyResult> WithRoomAsync(Func<Task<ApplyResult>> run)
    {
        try
        {
            return await run();
        }
        catch (IOException e) when (Failures.IsDiskFull(e))
        {
            throw new RefusedException(Failures.Describe(e, null, journalFile.Name), e);
        }
    }

    private async Task<ApplyResult> ChangeAllAsync(Assessor assessor, Assessment assessment, RunLog log, bool isApproved, CancellationToken cancel)
    {
        var origins = JournalHistory.Of(log.Journal).Origins;
        var notes = new List<Diagnostic>();
        var changed = new HashSet<ResourceId>();
        var givenUp = new HashSet<ResourceId>();
        var later = new HashSet<ResourceId>();
        log.Of = assessment.Plan.Changes.Count;
        ManagedResource? at = null;
        try
        {
            foreach (var change in assessment.Plan.Changes)
            {
                cancel.ThrowIfCancellationRequested();
                var removed = change.Action == ChangeAction.Remove ? origins[change.Address] : null;
                at = removed?.Resource ?? (ManagedResource)assessment.Graph.Find(change.Resource)!;
                if (removed is null && assessment.Graph.Above(at.Id).FirstOrDefault(givenUp.Contains) is { Kind: not null } lost)
                {
                    givenUp.Add(at.Id);
                    notes.Add(Diagnostic.Warning("GW3209", $"{at.Id} was not changed: it depends on {lost}, which did not take effect.", "Mend what keeps that from taking effect, then apply again."));
                    continue;
                }

                if (IsInsideInstallation && (at.NeedsWindowsInstaller || (removed is null && assessment.Graph.Above(at.Id).Any(later.Contains))))
                {
                    if (removed is null)
                        await at.PrepareAsync(machine, cancel);
                    later.Add(at.Id);
                    continue;
                }

                var mustBeUnmoved = isApproved && !assessment.Graph.Above(at.Id).Any(changed.Contains);
                try
                {
                    if (await ChangeOneAsync(change, at, removed, mustBeUnmoved, log, notes, cancel))
                        changed.Add(at.Id);
                }
                catch (Exception e) when (!Failures.IsCancellation(e, cancel) && e is not IOException && assessment.MayDeviate(at) && MayBeGivenUp(e))
                {
                    notes.AddRange(await GiveUpAsync(at, e, log, cancel));
                    givenUp.Add(at.Id);
                }
            }

            at = null;
            var after = await SettledAsync(assessor, assessment.Graph, log.Journal, changed, cancel);
            log.Finished(RunOutcome.Applied, HeldAfter(after, log.Journal, changed), later);
            return new ApplyResult(ApplyOutcome.Applied, log.Run, changed.Count, notes) { After = after, LeftToSecondStage = later };
        }
        catch (Exception e) when (!Failures.IsCancellation(e, cancel))
        {
            return await RevertFailedAsync(e, at, log, cancel);
        }
    }

    // What was just started gets some seconds until it answers.
    private async Task<Assessment> SettledAsync(Assessor assessor, ResourceGraph graph, Journal journal, HashSet<ResourceId> changed, CancellationToken cancel)
    {
        var started = changed.Where(id => graph.Find(id) is ManagedResource { RunsOnOthers: true }).ToHashSet();
        var began = Stopwatch.GetTimestamp();
        for (var look = 1; ; look++)
        {
            var after = await assessor.AssessAsync(JournalHistory.Of(journal), Observed, cancel);
            if (look == LooksAtMost || Stopwatch.GetElapsedTime(began) >= LongestSettling || !after.Observations.Any(o => o is { Resource: Assertion, Observation.Outcome: Outcome.Fails } && o.Resource.DependsOn.Any(started.Contains)))
                return after;
            await Task.Delay(BetweenLooks, cancel);
        }
    }

    // A machine that moved under an approved plan, or a state that is unknown, is nobody's deviation.
    private static bool MayBeGivenUp(Exception failure) => failure is not RefusedException { Diagnostic.Code: "GW3003" or "GW3205" };

    private async Task<bool> ChangeOneAsync(Change change, ManagedResource resource, Origin? removed, bool mustBeUnmoved, RunLog log, List<Diagnostic> notes, CancellationToken cancel)
    {
        machine.LookAfresh();
        var now = await resource.ObserveAsync(machine, clock, cancel);
        if (change.OnlyIf is not null && now.Outcome == Outcome.NotApplicable)
            return false;
        if (removed is null ? !now.IsKnown : !now.IsSeen)
            throw Failures.Unknown(resource.Id, now);
        if (mustBeUnmoved && resource.DigestOf(now.State) != change.Before)
            throw Approval.Moved([resource.Id.Text]);

        log.ChangeStarted(resource, now.State, removed is not null);
        var stays = removed is null ? null : await resource.RevertAsync(machine, removed.Before, cancel);
        if (removed is null)
            await resource.ApplyAsync(machine, restart: change.Action == ChangeAction.Restart, cancel);
        machine.LookAfresh();
        var after = await resource.ObserveAsync(machine, clock, cancel);
        var isSo = removed is null
            ? after.Outcome == Outcome.Holds || after is { Outcome: Outcome.NotApplicable, State: null }
            : stays is not null || resource.IsIn(after, removed.Before);
        if (!isSo)
            throw new RefusedException(Diagnostic.Error("GW3201", $"{resource.Id} was {(removed is null ? "changed" : "taken back")}, but is not so afterwards: {after.Observed}{(after.Note is null ? "" : $" ({after.Note})")}.", "Somebody or something takes the change back: group policy, tamper protection, another program."));
        if (stays is not null)
            notes.Add(Failures.Stays(resource.Id, stays));
        log.ChangeDone(resource, resource.DigestOf(after.State), stays);
        return true;
    }

    // What serves only requirements that may deviate keeps nothing else from being built: it alone is put back, and stays a difference.
    private async Task<IReadOnlyList<Diagnostic>> GiveUpAsync(ManagedResource resource, Exception failure, RunLog log, CancellationToken cancel)
    {
        var why = Failures.Describe(failure, resource.Id, journalFile.Name);
        log.ChangeFailed(resource, why.Message);
        var step = Run.Of(log.Journal)[^1].Changed.FirstOrDefault(s => s.Resource.Address == resource.Address);
        var (_, isWhole, notes) = step is null ? (0, true, []) : await reversal.RunAsync([step], log, isResumed: false, cancel);
        if (!isWhole)
            throw new RefusedException(notes[^1]);
        return [Diagnostic.Warning("GW3208", $"{why.Message} It was put back; what it serves ({string.Join(", ", resource.Controls)}) may deviate, so everything else goes on.", why.Mend), .. notes];
    }

    private async Task<ApplyResult> RevertFailedAsync(Exception failure, ManagedResource? at, RunLog log, CancellationToken cancel)
    {
        var why = Failures.Describe(failure, at?.Id, journalFile.Name);
        try
        {
            var failed = Run.Of(log.Journal)[^1];
            log.ChangeFailed(at, why.Message);
            var earlier = Run.Of(log.Journal).LastOrDefault(r => r.Holds is not null)?.Holds;
            var reverted = await TakeBackAsync(failed.Changed, log, isResumed: false, RunOutcome.Reverted, earlier, cancel);
            return reverted with { Diagnostics = [why, .. reverted.Diagnostics] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var again = Failures.Describe(e, null, journalFile.Name);
            return new ApplyResult(ApplyOutcome.Unfinished, log.Run, 0, [why, .. again.Code == why.Code ? [] : new[] { again }, Failures.StaysOpen(log.Run)]);
        }
    }

    private async Task<ApplyResult> TakeBackAsync(
        IReadOnlyList<Step> changed, RunLog log, bool isResumed, RunOutcome outcome, IReadOnlyDictionary<ResourceId, Sha256Digest>? holds, CancellationToken cancel)
    {
        var (count, isWhole, notes) = await reversal.RunAsync(changed, log, isResumed, cancel);
        if (!isWhole)
            return new ApplyResult(ApplyOutcome.Unfinished, log.Run, count, [.. notes, Failures.StaysOpen(log.Run)]);
        log.Finished(outcome, holds ?? new Dictionary<ResourceId, Sha256Digest>());
        return new ApplyResult(outcome == RunOutcome.RolledBack ? ApplyOutcome.RolledBack : ApplyOutcome.Reverted, log.Run, count, notes);
    }

    // A rollback that was cut off is finished before anything else is begun. One that tried and could not would keep every apply away for ever: it is left as it stands.
    private void LeaveUnfinishableRollback(Journal journal)
    {
        if (OpenRun(journal, RunKind.Rollback) is not { } rollback)
            return;
        if (!rollback.CouldNotRevert)
            throw new RefusedException(Diagnostic.Error("GW3102", "A rollback was interrupted and is not finished.", "Finish it first: gwctl rollback."));
        new RunLog(journal, rollback.Id, progress).Finished(RunOutcome.Superseded, null);
    }

    private static Run? OpenRun(Journal journal, RunKind kind = RunKind.Apply) => Run.Of(journal) is [.., { IsOpen: true } last] && last.Kind == kind ? last : null;

    private static bool GoesOnWith(Plan approved, Journal journal) => OpenRun(journal) is { Plan: { } plan } && plan == approved.Fingerprint;

    // What the product left holding: seen so now, read back when this run changed it, or left so by an earlier run. One look that fails
    // does not make the product forget what it manages; otherwise the next drift would pass for something new.
    private static Dictionary<ResourceId, Sha256Digest> HeldAfter(Assessment assessment, Journal journal, IReadOnlySet<ResourceId> changed)
    {
        var earlier = JournalHistory.Of(journal).Held;
        return assessment.Observations
            .Where(o => o.Resource is ManagedResource managed
                && (o.Observation.Outcome == Outcome.Holds || changed.Contains(managed.Id) || (earlier.TryGetValue(managed.Id, out var held) && held == managed.Fingerprint)))
            .ToDictionary(o => o.Resource.Id, o => ((ManagedResource)o.Resource).Fingerprint);
    }

    private static bool SameHolds(IReadOnlyDictionary<ResourceId, Sha256Digest> a, Dictionary<ResourceId, Sha256Digest> b) =>
        a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var other) && other == entry.Value);

    private string NewRun() => $"{clock.GetUtcNow():yyyyMMdd'T'HHmmss}-{Guid.NewGuid().ToString("N")[..8]}";

    private static RefusedException NothingToRollBack() =>
        new(Diagnostic.Error("GW3103", "There is no run to take back on this machine.", "'gwctl status' shows the runs."));
}
