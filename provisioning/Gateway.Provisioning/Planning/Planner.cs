using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Planning;

/// <summary>
/// From observations to changes. Services that the manifest no longer asks for go first, since what takes their place may need their port; then everything that differs, dependencies first;
/// then whatever else the manifest no longer asks for, the newest first.
/// </summary>
/// <param name="graph">The resources.</param>
/// <param name="machine">Names the machine; it is not asked.</param>
/// <param name="history">What the journal remembers.</param>
internal sealed class Planner(ResourceGraph graph, IMachine machine, History history)
{
    private readonly List<Change> changes = [];
    private readonly Dictionary<ResourceId, ChangeCause> changing = [];
    private readonly Dictionary<ResourceId, string> unplanned = [];

    public Plan Make(
        Sha256Digest manifest, IReadOnlyList<(Resource Resource, Observation Observation)> observations, IReadOnlyList<(Origin Origin, Observation Observation)> orphans,
        IReadOnlySet<ResourceId> consequences, IReadOnlyList<ControlVerdict> preflight, DateTimeOffset now)
    {
        foreach (var id in history.AwaitingRestart)
            changing[id] = graph.Find(id) is ManagedResource managed ? CauseOf(managed, seen: null) : ChangeCause.ManifestMoved;

        var newestFirst = orphans.Reverse().ToList();
        var first = newestFirst.Where(o => o.Origin is { Resource.RunsOnOthers: true, Before: null }).ToList();
        Remove(first);
        var failing = new HashSet<ResourceId>();
        foreach (var (resource, observation) in observations)
        {
            if (resource is ManagedResource managed)
                Consider(managed, observation, failing);
            else if (observation.Outcome is Outcome.Fails or Outcome.Error && !consequences.Contains(resource.Id))
                failing.Add(resource.Id);
        }

        Remove(newestFirst.Except(first));
        var plan = new Plan
        {
            Product = ProductVersion.Text,
            CreatedAt = now,
            Machine = machine.Name,
            IsRehearsal = machine.IsRehearsal,
            Manifest = manifest,
            Changes = changes,
            NotPlanned = [.. unplanned.Select(u => new NotPlanned(u.Key, u.Value))],
            ReliedOn = [.. preflight.Select(v => new ReliedOn(v.Control.Id, v.Verdict))],
            Holding = observations.Count(o => o is { Resource: ManagedResource, Observation.Outcome: Outcome.Holds } && !changing.ContainsKey(o.Resource.Id)),
            Fingerprint = default,
        };
        return plan with { Fingerprint = plan.ComputeFingerprint() };
    }

    private void Consider(ManagedResource managed, Observation observation, HashSet<ResourceId> failing)
    {
        if (managed.DependsOn.FirstOrDefault(unplanned.ContainsKey) is { Kind: not null } blocked)
            unplanned[managed.Id] = $"depends on {blocked}, which cannot be planned here";
        else if (!observation.IsKnown)
            unplanned[managed.Id] = (observation.Note ?? observation.Observed).English;
        else if (ActionFor(managed, observation) is not { } action)
            return;
        else if (managed.DependsOn.FirstOrDefault(failing.Contains) is { Kind: not null } unmet)
            unplanned[managed.Id] = $"depends on {unmet}, which does not hold";
        else
        {
            var cause = action == ChangeAction.Restart ? CauseOfRestart(managed) : CauseOf(managed, observation);
            changes.Add(ChangeOf(managed, observation, action, cause));
            changing[managed.Id] = cause;
        }
    }

    private ChangeAction? ActionFor(ManagedResource managed, Observation observation) => observation.Outcome switch
    {
        Outcome.Differs => observation.State is null ? ChangeAction.Create : ChangeAction.Update,
        Outcome.Holds when managed.RestartedBy.Any(changing.ContainsKey) => ChangeAction.Restart,
        Outcome.NotApplicable when managed.DependsOn.Any(changing.ContainsKey) && observation.State is null => ChangeAction.Create,
        _ => null,
    };

    // What is as the product left it, of a manifest that is as it was, differs because of what both refer to.
    private ChangeCause CauseOf(ManagedResource managed, Observation? seen) =>
        !history.Held.TryGetValue(managed.Id, out var held) ? ChangeCause.New
        : held != managed.Fingerprint ? ChangeCause.ManifestMoved
        : managed.TakesInput && seen is not null && history.Left.TryGetValue(managed.Address, out var left) && left == managed.DigestOf(seen.State) ? ChangeCause.InputMoved
        : ChangeCause.MachineMoved;

    // A restart is drift when everything that it follows from is.
    private ChangeCause CauseOfRestart(ManagedResource managed) =>
        managed.RestartedBy.Where(changing.ContainsKey).All(id => changing[id] == ChangeCause.MachineMoved) ? ChangeCause.MachineMoved : ChangeCause.ManifestMoved;

    private Change ChangeOf(ManagedResource managed, Observation observation, ChangeAction action, ChangeCause cause)
    {
        var before = managed.DigestOf(observation.State);
        return new Change
        {
            Order = changes.Count + 1,
            Resource = managed.Id,
            Address = managed.Address,
            Action = action,
            Cause = cause,
            Expected = observation.Expected.English,
            OnlyIf = observation.Outcome == Outcome.NotApplicable ? $"not now: {observation.Note}" : null,
            Controls = managed.Controls,
            How = observation.How,
            Properties = history.Left.TryGetValue(managed.Address, out var left) && left == before ? managed.InFull(observation) : observation.Differences,
            Note = observation.Outcome == Outcome.NotApplicable ? null : observation.Note?.English,
            Before = before,
            After = managed.Fingerprint,
        };
    }

    private void Remove(IEnumerable<(Origin Origin, Observation Observation)> orphans)
    {
        foreach (var (origin, observation) in orphans)
        {
            var resource = origin.Resource;
            if (!observation.IsSeen)
            {
                unplanned[resource.Id] = (observation.Note ?? observation.Observed).English;
                continue;
            }

            var between = resource.Between(observation.State, origin.Before);
            changes.Add(new Change
            {
                Order = changes.Count + 1,
                Resource = resource.Id,
                Address = resource.Address,
                Action = ChangeAction.Remove,
                Cause = ChangeCause.ManifestMoved,
                Expected = origin.Before is null ? $"{resource.Id} is absent, as it was before the product made it" : $"{resource.Id} is as it was before the product changed it",
                Controls = resource.Controls,
                How = observation.How,
                Properties = between,
                Note = between.Count == 0 ? "it is so already; the product only forgets it" : null,
                Before = resource.DigestOf(observation.State),
                After = resource.DigestOf(origin.Before),
            });
        }
    }
}
