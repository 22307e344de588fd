using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>How an apply or a rollback ended.</summary>
public enum ApplyOutcome
{
    /// <summary>The manifest holds.</summary>
    Applied,

    /// <summary>A run was taken back.</summary>
    RolledBack,

    /// <summary>A requirement is not met; nothing was changed.</summary>
    Refused,

    /// <summary>A change failed, and everything was taken back.</summary>
    Reverted,

    /// <summary>A change failed, and not everything could be taken back: the run stays open, and the next apply or rollback goes on with it.</summary>
    Unfinished,
}

/// <summary>What an apply or a rollback did.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Run">The run, or null when there was nothing to do.</param>
/// <param name="Changed">How many resources were changed.</param>
/// <param name="Diagnostics">What went wrong, and what had to stay.</param>
public sealed record ApplyResult(ApplyOutcome Outcome, string? Run, int Changed, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>
/// Makes a manifest hold, change by change. Whatever happens - a failing change, a full disk, a kill, a power loss at any point - the machine is afterwards
/// as before, or the journal knows how to go on: a second apply converges, and a rollback goes back to the state before the run's first change.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="journalFile">Where the journal lies.</param>
/// <param name="clock">Says when.</param>
/// <param name="progress">Told of each change as it is made.</param>
public sealed class Applier(IMachine machine, IJournalFile journalFile, TimeProvider clock, Action<ResourceId, JournalEvent>? progress = null)
{
    /// <summary>Applies a manifest.</summary>
    /// <param name="assessor">Looks at the machine.</param>
    /// <param name="approved">The plan that somebody approved, or null: then whatever differs is changed.</param>
    /// <param name="cancel">Cancels between two changes; the run stays open.</param>
    public async Task<ApplyResult> ApplyAsync(Assessor assessor, Plan? approved, CancellationToken cancel)
    {
        var before = await assessor.AssessAsync(Run.HistoryOf(Journal.Open(journalFile, clock)), null, cancel);
        if (before.Refusing.ToList() is { Count: > 0 } refusing)
            return new ApplyResult(ApplyOutcome.Refused, null, 0, [.. refusing.Select(Refusals.Of)]);
        if (approved is not null)
            Approval.Check(approved, before.Plan);

        machine.EnsureStateRoot();
        using var held = ApplyLock.Take(machine.StateRoot);
        var journal = Journal.Open(journalFile, clock);
        var open = Run.Of(journal) is [.., { IsOpen: true } last] ? last : null;
        if (open?.Kind == RunKind.Rollback)
            throw new RefusedException(Diagnostic.Error("GW3102", "A rollback was interrupted and is not finished.", "Finish it first: gwctl rollback."));

        // Somebody else may have finished a run before the lock was ours.
        var assessment = await assessor.AssessAsync(Run.HistoryOf(journal), null, cancel);
        if (approved is not null)
            Approval.CheckSubset(approved, assessment.Plan);
        if (assessment.Plan.Changes.Count == 0 && open is null && SameHolds(Run.HistoryOf(journal).Held, HeldAfter(assessment, journal, [])))
            return new ApplyResult(ApplyOutcome.Applied, null, 0, []);

        var run = open?.Id ?? NewRun();
        journal.Append(Entry(open is null ? JournalEvent.RunStarted : JournalEvent.RunResumed, run) with
        {
            Kind = RunKind.Apply,
            Manifest = assessor.ManifestFingerprint,
            Product = ProductVersion.Text,
        });
        return await ChangeAllAsync(assessor, assessment, journal, run, cancel);
    }

    /// <summary>Takes the last applied run back, or goes on with an interrupted rollback.</summary>
    /// <param name="cancel">Cancels between two changes; the rollback stays open.</param>
    /// <exception cref="RefusedException">There is nothing to take back (GW3103).</exception>
    public async Task<ApplyResult> RollbackAsync(CancellationToken cancel)
    {
        if (!Directory.Exists(machine.StateRoot))
            throw NothingToRollBack();
        using var held = ApplyLock.Take(machine.StateRoot);
        var journal = Journal.Open(journalFile, clock);
        var runs = Run.Of(journal);
        var takenBack = runs.Where(r => r.Outcome == RunOutcome.RolledBack).Select(r => r.Target).ToHashSet();
        var rollback = runs is [.., { IsOpen: true, Kind: RunKind.Rollback } interrupted] ? interrupted : null;
        var target = rollback is not null
            ? runs.First(r => r.Id == rollback.Target)
            : runs.LastOrDefault(r => r.Kind == RunKind.Apply && r.Outcome != RunOutcome.Reverted && !takenBack.Contains(r.Id) && r.Changed.Count > 0) ?? throw NothingToRollBack();

        var run = rollback?.Id ?? NewRun();
        journal.Append(Entry(rollback is null ? JournalEvent.RunStarted : JournalEvent.RunResumed, run) with { Kind = RunKind.Rollback, Target = target.Id });
        var earlier = runs.TakeWhile(r => r.Id != target.Id).LastOrDefault(r => !r.IsOpen)?.Holds;
        var result = await RevertAllAsync(journal, run, target.Changed, rollback?.Reverted ?? new HashSet<ResourceId>(), RunOutcome.RolledBack, earlier, cancel);
        return result with { Outcome = result.Outcome == ApplyOutcome.Reverted ? ApplyOutcome.RolledBack : result.Outcome };
    }

    private async Task<ApplyResult> ChangeAllAsync(Assessor assessor, Assessment assessment, Journal journal, string run, CancellationToken cancel)
    {
        var origins = Run.HistoryOf(journal).Origins;
        var changed = 0;
        try
        {
            foreach (var change in assessment.Plan.Changes)
            {
                cancel.ThrowIfCancellationRequested();
                var removed = change.Action == ChangeAction.Remove ? origins[change.Resource] : null;
                if (await ChangeOneAsync(change, removed, assessment.Graph, journal, run, cancel))
                    changed++;
            }

            var after = await assessor.AssessAsync(History.None, null, cancel);
            Finish(journal, run, RunOutcome.Applied, HeldAfter(after, journal, Run.Of(journal)[^1].Changed.Select(c => c.Resource.Id)));
            return new ApplyResult(ApplyOutcome.Applied, run, changed, []);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return await RevertFailedAsync(e, journal, run, cancel);
        }
    }

    private async Task<bool> ChangeOneAsync(Change change, Origin? removed, ResourceGraph graph, Journal journal, string run, CancellationToken cancel)
    {
        var resource = removed?.Resource ?? (ManagedResource)graph.Find(change.Resource)!;
        var now = await resource.ObserveAsync(machine, clock, cancel);
        if (change.OnlyIf is not null && now.Outcome == Outcome.NotApplicable)
            return false;
        if (now.Outcome is Outcome.Error or Outcome.NotAssessed)
            throw new RefusedException(Diagnostic.Error("GW3205", $"{change.Resource} could not be looked at right before its change: {now.Note ?? now.Observed}.", "Nothing is changed whose state before is unknown: it could not be put back. Mend the cause, then apply again."));

        progress?.Invoke(change.Resource, JournalEvent.ChangeStarted);
        journal.Append(Entry(JournalEvent.ChangeStarted, run) with { Resource = resource, Before = now.State, Removes = removed is null ? null : true });
        string? note = null;
        if (removed is not null)
        {
            note = await resource.RevertAsync(machine, removed.Before, cancel);
        }
        else
        {
            await resource.ApplyAsync(machine, restart: change.Action == ChangeAction.Restart, cancel);
            var after = await resource.ObserveAsync(machine, clock, cancel);
            if (after.Outcome != Outcome.Holds)
                throw new RefusedException(Diagnostic.Error("GW3201", $"{change.Resource} was changed, but does not hold afterwards: {after.Observed}{(after.Note is null ? "" : $" ({after.Note})")}.", "Somebody or something takes the change back: group policy, tamper protection, another program."));
        }

        journal.Append(Entry(JournalEvent.ChangeDone, run) with { Resource = resource, Note = note });
        progress?.Invoke(change.Resource, JournalEvent.ChangeDone);
        return true;
    }

    private async Task<ApplyResult> RevertFailedAsync(Exception failure, Journal journal, string run, CancellationToken cancel)
    {
        var why = Failures.Describe(failure, journalFile.Name);
        try
        {
            var failed = Run.Of(journal)[^1];
            journal.Append(Entry(JournalEvent.ChangeFailed, run) with { Note = why.Message });
            var earlier = Run.Of(journal).LastOrDefault(r => !r.IsOpen)?.Holds;
            var reverted = await RevertAllAsync(journal, run, failed.Changed, new HashSet<ResourceId>(), RunOutcome.Reverted, earlier, cancel);
            return reverted with { Diagnostics = [why, .. reverted.Diagnostics] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ApplyResult(ApplyOutcome.Unfinished, run, 0, [why, Failures.StaysOpen(run)]);
        }
    }

    private async Task<ApplyResult> RevertAllAsync(
        Journal journal, string run, IReadOnlyList<(ManagedResource Resource, JsonElement? Before)> changed, IReadOnlySet<ResourceId> already,
        RunOutcome outcome, IReadOnlyDictionary<ResourceId, Sha256Digest>? holds, CancellationToken cancel)
    {
        var notes = new List<Diagnostic>();
        var count = 0;
        foreach (var (resource, before) in changed.Reverse().Where(c => !already.Contains(c.Resource.Id)))
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Invoke(resource.Id, JournalEvent.RevertStarted);
            journal.Append(Entry(JournalEvent.RevertStarted, run) with { Resource = resource });
            try
            {
                if (await resource.RevertAsync(machine, before, cancel) is { } stays)
                    notes.Add(Diagnostic.Warning("GW3202", $"{resource.Id}: {stays}.", "Nothing that holds data is removed; remove it by hand if it is not needed."));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                notes.Add(Failures.Describe(e, journalFile.Name));
                notes.Add(Failures.StaysOpen(run));
                return new ApplyResult(ApplyOutcome.Unfinished, run, count, notes);
            }

            journal.Append(Entry(JournalEvent.RevertDone, run) with { Resource = resource });
            progress?.Invoke(resource.Id, JournalEvent.RevertDone);
            count++;
        }

        Finish(journal, run, outcome, holds ?? new Dictionary<ResourceId, Sha256Digest>());
        return new ApplyResult(ApplyOutcome.Reverted, run, count, notes);
    }

    private void Finish(Journal journal, string run, RunOutcome outcome, IReadOnlyDictionary<ResourceId, Sha256Digest> holds) =>
        journal.Append(Entry(JournalEvent.RunFinished, run) with { Outcome = outcome, Holds = holds });

    // What the product left holding: seen so now, read back when this run changed it, or left so by an earlier run. One look that fails
    // does not make the product forget what it manages; otherwise the next drift would pass for something new.
    private static Dictionary<ResourceId, Sha256Digest> HeldAfter(Assessment assessment, Journal journal, IEnumerable<ResourceId> changed)
    {
        var earlier = Run.HistoryOf(journal).Held;
        var changedNow = changed.ToHashSet();
        return assessment.Observations
            .Where(o => o.Resource is ManagedResource managed
                && (o.Observation.Outcome == Outcome.Holds || changedNow.Contains(managed.Id) || (earlier.TryGetValue(managed.Id, out var held) && held == managed.Fingerprint)))
            .ToDictionary(o => o.Resource.Id, o => ((ManagedResource)o.Resource).Fingerprint);
    }

    private static bool SameHolds(IReadOnlyDictionary<ResourceId, Sha256Digest> a, Dictionary<ResourceId, Sha256Digest> b) =>
        a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var other) && other == entry.Value);

    private JournalEntry Entry(JournalEvent what, string run) => new() { Previous = default, At = clock.GetUtcNow(), Event = what, Run = run };

    private string NewRun() => $"{clock.GetUtcNow():yyyyMMdd'T'HHmmss}-{Guid.NewGuid().ToString("N")[..8]}";

    private static RefusedException NothingToRollBack() =>
        new(Diagnostic.Error("GW3103", "There is no run to take back on this machine.", "'gwctl status' shows the runs."));
}
