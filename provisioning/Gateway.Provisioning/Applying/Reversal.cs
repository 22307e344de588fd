using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>
/// Puts before-images back. What runs is stopped first, everything is put back in the opposite order of its change, and what ran before is started last, on what was put back.
/// One thing that cannot be put back does not keep the others from it; every state that is replaced stands in the journal.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="clock">Says when.</param>
/// <param name="journalName">The journal, for messages.</param>
internal sealed class Reversal(IMachine machine, TimeProvider clock, string journalName)
{
    private const string Stays = "Windows Installer runs one installation at a time, and this would be another; remove it in \"Apps\" when it is not wanted any more";

    /// <summary>Whether Windows Installer is at work and calls this: what needs it itself stays, and with it what depends on it.</summary>
    public bool IsInsideInstallation { get; set; }

    /// <summary>Puts back what is left of a run.</summary>
    /// <param name="changed">What was changed, in the order of the changes.</param>
    /// <param name="log">The run that writes about it.</param>
    /// <param name="isResumed">Whether an earlier attempt has already stopped what runs.</param>
    /// <param name="cancel">Cancels between two steps.</param>
    /// <returns>How many were put back, whether all were, and what a reader must know.</returns>
    public async Task<(int Count, bool IsWhole, IReadOnlyList<Diagnostic> Notes)> RunAsync(IReadOnlyList<Step> changed, RunLog log, bool isResumed, CancellationToken cancel)
    {
        machine.LookAfresh();
        log.Of = changed.Count;
        var staying = Staying(changed);
        var notes = new List<Diagnostic>();
        var found = new Dictionary<string, Observation>();
        foreach (var step in changed)
        {
            var seen = found[step.Resource.Address] = await step.Resource.ObserveAsync(machine, clock, cancel);
            if (step.Left is { } left && seen.IsSeen && step.Resource.DigestOf(seen.State) != left && !(isResumed && step.Resource.RunsOnOthers))
                notes.Add(Diagnostic.Warning("GW3206", $"{step.Resource.Id} was changed by somebody since: that state is replaced by the one from before the run.", $"The replaced state stands in {journalName}."));
        }

        foreach (var step in changed.Reverse().Where(step => !staying.Contains(step.Resource.Id)))
        {
            cancel.ThrowIfCancellationRequested();
            await TryAsync(step.Resource, () => step.Resource.LetGoAsync(machine, cancel), notes, cancel);
        }

        var (count, failed) = (0, 0);
        var startedLast = changed.Where(s => s.Resource.RunsOnOthers && s.Before is not null).ToList();
        foreach (var step in changed.Reverse().Except(startedLast).Concat(startedLast))
        {
            cancel.ThrowIfCancellationRequested();
            if (staying.Contains(step.Resource.Id))
            {
                notes.Add(Failures.Stays(step.Resource.Id, Stays));
                log.RevertDone(step.Resource, Stays);
                count++;
            }
            else if (await PutBackAsync(step, found[step.Resource.Address], log, notes, cancel))
                count++;
            else
                failed++;
        }

        return (count, failed == 0, notes);
    }

    private HashSet<ResourceId> Staying(IReadOnlyList<Step> changed)
    {
        var staying = new HashSet<ResourceId>();
        foreach (var step in changed.Where(step => IsInsideInstallation && (step.Resource.NeedsWindowsInstaller || step.Resource.DependsOn.Any(staying.Contains))))
            staying.Add(step.Resource.Id);
        return staying;
    }

    private async Task<bool> PutBackAsync(Step step, Observation seen, RunLog log, List<Diagnostic> notes, CancellationToken cancel)
    {
        var resource = step.Resource;
        log.RevertStarted(resource, seen.State);
        string? stays = null;
        var done = await TryAsync(
            resource,
            async () =>
            {
                if (!seen.IsSeen)
                    throw Failures.Unknown(resource.Id, seen);
                stays = await resource.RevertAsync(machine, step.Before, cancel);
                machine.LookAfresh();
                var after = await resource.ObserveAsync(machine, clock, cancel);
                if (stays is null && !resource.IsIn(after, step.Before))
                    throw new RefusedException(Diagnostic.Error("GW3207", $"{resource.Id} was put back, but is not as it was before: {StillOtherwise(resource, after, step.Before)}{(after.Note is null ? "" : $" ({after.Note})")}.", "Somebody or something changes it: group policy, tamper protection, another program."));
            },
            notes,
            cancel);
        if (!done)
        {
            log.RevertFailed(resource, notes[^1].Message);
            return false;
        }

        if (stays is not null)
            notes.Add(Failures.Stays(resource.Id, stays));
        log.RevertDone(resource, stays);
        return true;
    }

    private static string StillOtherwise(ManagedResource resource, Observation after, JsonElement? before) =>
        !after.IsKnown ? after.Observed.English
        : before is null ? "it was absent, and is there"
        : after.State is null ? "it was there, and is absent"
        : string.Join("; ", resource.Between(after.State, before).Select(left => $"{left.Name} is {left.Before ?? "absent"} and was {left.After ?? "absent"}"));

    private async Task<bool> TryAsync(ManagedResource resource, Func<Task> action, List<Diagnostic> notes, CancellationToken cancel)
    {
        try
        {
            await action();
            return true;
        }
        catch (Exception e) when (!Failures.IsCancellation(e, cancel))
        {
            notes.Add(Failures.Describe(e, resource.Id, journalName));
            return false;
        }
    }
}
