using System.Text.Json;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>A run as the journal tells it.</summary>
public sealed class Run
{
    private readonly List<(ManagedResource Resource, JsonElement? Before)> changed = [];
    private readonly HashSet<ResourceId> done = [];
    private readonly HashSet<ResourceId> reverted = [];

    private Run(JournalEntry start) => (Id, Kind, Target, StartedAt) = (start.Run, start.Kind ?? RunKind.Apply, start.Target, start.At);

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>What it is.</summary>
    public RunKind Kind { get; }

    /// <summary>The run that it takes back, with a rollback.</summary>
    public string? Target { get; }

    /// <summary>When it began (UTC).</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>How it ended, or null while it is open.</summary>
    public RunOutcome? Outcome { get; private set; }

    /// <summary>What held when it ended.</summary>
    public IReadOnlyDictionary<ResourceId, Sha256Digest> Holds { get; private set; } = new Dictionary<ResourceId, Sha256Digest>();

    /// <summary>What it changed or began to change, in order, each with the state from before its first change.</summary>
    public IReadOnlyList<(ManagedResource Resource, JsonElement? Before)> Changed => changed;

    /// <summary>What it has changed to the end.</summary>
    public IReadOnlySet<ResourceId> Done => done;

    /// <summary>What it has already put back.</summary>
    public IReadOnlySet<ResourceId> Reverted => reverted;

    /// <summary>Whether it is unfinished.</summary>
    public bool IsOpen => Outcome is null;

    /// <summary>The runs of a journal, in order.</summary>
    /// <param name="journal">The journal.</param>
    public static IReadOnlyList<Run> Of(Journal journal)
    {
        var runs = new List<Run>();
        foreach (var entry in journal.Entries)
        {
            if (entry.Event == JournalEvent.RunStarted)
                runs.Add(new Run(entry));
            else if (runs.Count > 0)
                runs[^1].Read(entry);
        }

        return runs;
    }

    /// <summary>What a plan needs of the past.</summary>
    /// <param name="journal">The journal.</param>
    public static History HistoryOf(Journal journal)
    {
        var runs = Of(journal);
        var takenBack = runs.Where(r => r is { Kind: RunKind.Rollback, Outcome: RunOutcome.RolledBack }).Select(r => r.Target).ToHashSet();
        var origins = new Dictionary<ResourceId, Origin>();
        foreach (var entry in journal.Entries.Where(e => e.Event == JournalEvent.ChangeStarted))
        {
            var run = runs.First(r => r.Id == entry.Run);
            if (run.Kind != RunKind.Apply || run.Outcome == RunOutcome.Reverted || takenBack.Contains(run.Id))
                continue;
            var id = entry.Resource!.Id;
            if (entry.Removes == true)
                origins.Remove(id);
            else
                origins.TryAdd(id, new Origin(entry.Resource, entry.Before));
        }

        var open = runs.Count > 0 && runs[^1].IsOpen ? runs[^1] : null;
        return new History(
            runs.LastOrDefault(r => !r.IsOpen)?.Holds ?? new Dictionary<ResourceId, Sha256Digest>(),
            origins,
            open?.Done.ToHashSet() ?? []);
    }

    private void Read(JournalEntry entry)
    {
        switch (entry.Event)
        {
            case JournalEvent.ChangeStarted when changed.All(c => c.Resource.Id != entry.Resource!.Id):
                changed.Add((entry.Resource!, entry.Before));
                break;
            case JournalEvent.ChangeStarted:
                break;
            case JournalEvent.ChangeDone:
                // A restarted service has seen everything that was changed before it.
                done.Add(entry.Resource!.Id);
                foreach (var seen in entry.Resource.RestartedBy)
                    done.Remove(seen);
                break;
            case JournalEvent.RevertDone:
                reverted.Add(entry.Resource!.Id);
                break;
            case JournalEvent.RunFinished:
                Outcome = entry.Outcome;
                Holds = entry.Holds ?? Holds;
                break;
        }
    }
}
