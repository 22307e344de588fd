using System.Text.Json;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>Writes one run into the journal and tells whoever watches.</summary>
/// <param name="journal">The journal.</param>
/// <param name="run">The run's name.</param>
/// <param name="progress">Told of each change as it is made.</param>
internal sealed class RunLog(Journal journal, string run, Action<ResourceId, JournalEvent>? progress)
{
    public Journal Journal => journal;

    public string Run => run;

    public void ChangeStarted(ManagedResource resource, JsonElement? before, bool removes) =>
        Of(resource, Entry(JournalEvent.ChangeStarted) with { Before = before, Removes = removes ? true : null });

    public void ChangeDone(ManagedResource resource, Sha256Digest left, string? note) =>
        Of(resource, Entry(JournalEvent.ChangeDone) with { Left = left, Note = note });

    public void ChangeFailed(ManagedResource? resource, string why) =>
        journal.Append(Entry(JournalEvent.ChangeFailed) with { Resource = resource, Note = why });

    public void RevertStarted(ManagedResource resource, JsonElement? replaced) => Of(resource, Entry(JournalEvent.RevertStarted) with { Before = replaced });

    public void RevertDone(ManagedResource resource, string? note) => Of(resource, Entry(JournalEvent.RevertDone) with { Note = note });

    public void RevertFailed(ManagedResource resource, string why) => Of(resource, Entry(JournalEvent.RevertFailed) with { Note = why });

    public void Finished(RunOutcome outcome, IReadOnlyDictionary<ResourceId, Sha256Digest>? holds) =>
        journal.Append(Entry(JournalEvent.RunFinished) with { Outcome = outcome, Holds = holds });

    /// <summary>A line of this run; the journal sets chain value and time.</summary>
    public JournalEntry Entry(JournalEvent what) => new() { Previous = default, At = default, Event = what, Run = run };

    private void Of(ManagedResource resource, JournalEntry entry)
    {
        progress?.Invoke(resource.Id, entry.Event);
        journal.Append(entry with { Resource = resource });
    }
}
