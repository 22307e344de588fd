using System.Text.Json;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>Writes one run into the journal and tells whoever watches.</summary>
/// <param name="journal">The journal.</param>
/// <param name="run">The run's name.</param>
/// <param name="progress">Told of each change as it is made.</param>
internal sealed class RunLog(Journal journal, string run, Action<RunStep>? progress)
{
    private int done;

    public Journal Journal => journal;

    public string Run => run;

    /// <summary>How many changes there are in all.</summary>
    public int Of { get; set; }

    public void ChangeStarted(ManagedResource resource, JsonElement? before, bool removes) =>
        Write(resource, Entry(JournalEvent.ChangeStarted) with { Before = before, Removes = removes ? true : null });

    public void ChangeDone(ManagedResource resource, Sha256Digest left, string? note) =>
        Write(resource, Entry(JournalEvent.ChangeDone) with { Left = left, Note = note });

    public void ChangeFailed(ManagedResource? resource, string why) =>
        journal.Append(Entry(JournalEvent.ChangeFailed) with { Resource = resource, Note = why });

    public void RevertStarted(ManagedResource resource, JsonElement? replaced) => Write(resource, Entry(JournalEvent.RevertStarted) with { Before = replaced });

    public void RevertDone(ManagedResource resource, string? note) => Write(resource, Entry(JournalEvent.RevertDone) with { Note = note });

    public void RevertFailed(ManagedResource resource, string why) => Write(resource, Entry(JournalEvent.RevertFailed) with { Note = why });

    public void Finished(RunOutcome outcome, IReadOnlyDictionary<ResourceId, Sha256Digest>? holds, IReadOnlyCollection<ResourceId>? secondStage = null) =>
        journal.Append(Entry(JournalEvent.RunFinished) with { Outcome = outcome, Holds = holds, SecondStage = secondStage is { Count: > 0 } ? [.. secondStage] : null });

    /// <summary>A line of this run; the journal sets chain value and time.</summary>
    public JournalEntry Entry(JournalEvent what) => new() { Previous = default, At = default, Event = what, Run = run };

    private void Write(ManagedResource resource, JournalEntry entry)
    {
        progress?.Invoke(new RunStep(resource, entry.Event, done, Of));
        if (entry.Event is JournalEvent.ChangeDone or JournalEvent.RevertDone)
            done++;
        journal.Append(entry with { Resource = resource });
    }
}
