using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;

namespace Gateway.Provisioning.Applying;

/// <summary>What a journal remembers, as a plan needs it.</summary>
public static class JournalHistory
{
    /// <summary>What a plan needs of the past.</summary>
    /// <param name="journal">The journal.</param>
    public static History Of(Journal journal)
    {
        var runs = Run.Of(journal);
        var origins = new OrderedDictionary<string, Origin>();
        var left = new Dictionary<string, Sha256Digest>();
        foreach (var step in runs.Where(r => r.Kind == RunKind.Apply).SelectMany(r => r.Steps))
        {
            var address = step.Resource.Address;
            if (!step.Removes)
                origins[address] = new Origin(step.Resource, origins.TryGetValue(address, out var known) ? known.Before : step.Before);
            else if (step.IsDone)
                origins.Remove(address);
            if (step.Left is { } digest)
                left[address] = digest;
        }

        return new History(runs.LastOrDefault(r => r.Holds is not null)?.Holds ?? new Dictionary<ResourceId, Sha256Digest>(), origins, left, AwaitingRestart(journal));
    }

    // What was changed, or perhaps changed, and not yet seen by what runs on it: a run that ended in order leaves nothing of that kind.
    private static HashSet<ResourceId> AwaitingRestart(Journal journal)
    {
        var awaiting = new HashSet<ResourceId>();
        foreach (var entry in journal.Entries)
        {
            if (entry.Event == JournalEvent.ChangeStarted)
                awaiting.Add(entry.Resource!.Id);
            else if (entry.Event == JournalEvent.ChangeDone)
                awaiting.ExceptWith(entry.Resource!.RestartedBy);
            else if (entry.Event == JournalEvent.RunFinished && entry.Outcome != RunOutcome.Superseded)
                awaiting.Clear();
        }

        return awaiting;
    }
}
