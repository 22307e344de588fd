using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Verdicts;

namespace Gateway.Provisioning.Planning;

/// <summary>Looks at a machine, many resources at a time, and says what holds, what differs and what would be changed. Changes nothing.</summary>
/// <param name="appliance">The manifest.</param>
/// <param name="graph">Its resources.</param>
/// <param name="machine">The machine.</param>
/// <param name="clock">Says when.</param>
public sealed class Assessor(Appliance appliance, ResourceGraph graph, IMachine machine, TimeProvider clock)
{
    private const int AtATime = 8;

    /// <summary>Fingerprint of the manifest with its overlays, as the product understood it.</summary>
    public Sha256Digest ManifestFingerprint { get; } = CanonicalJson.Digest(JsonSerializer.SerializeToNode(appliance with { Schema = null }, ManifestJson.Compact));

    /// <summary>One look at the whole machine.</summary>
    /// <param name="history">What the journal remembers.</param>
    /// <param name="observed">Told of each observation as it comes.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<Assessment> AssessAsync(History history, Action<Observation>? observed, CancellationToken cancel)
    {
        var found = new Observation[graph.InOrder.Count];
        await Parallel.ForAsync(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (i, token) =>
        {
            found[i] = await graph.InOrder[i].ObserveAsync(machine, clock, token);
            observed?.Invoke(found[i]);
        });
        var observations = graph.InOrder.Zip(found).ToList();
        var now = clock.GetUtcNow();
        var preflight = JudgePreflight(observations, now);
        return new Assessment
        {
            Graph = graph,
            Observations = observations,
            Verdicts = Judge.All(appliance, observations, machine.IsRehearsal, now),
            Preflight = preflight,
            Plan = MakePlan(observations, preflight, history, now),
            RestartPending = await RestartPendingAsync(cancel),
        };
    }

    private List<ControlVerdict> JudgePreflight(List<(Resource, Observation)> observations, DateTimeOffset now)
    {
        var preflight = graph.Preflight.ToHashSet<Resource>();
        var evidence = observations.Where(o => preflight.Contains(o.Item1)).ToList();
        var served = evidence.SelectMany(o => o.Item1.Controls).ToHashSet();
        var servedLater = graph.InOrder.SelectMany(r => r.Controls).ToHashSet();

        // A control that only installation can fulfil is none of the preflight's; one that rests on a person's word alone is.
        return [.. Judge.All(appliance, evidence, machine.IsRehearsal, now)
            .Where(v => served.Contains(v.Control.Id) || (v.Control.Attestable == Attestable.Always && !servedLater.Contains(v.Control.Id)))];
    }

    private Plan MakePlan(List<(Resource Resource, Observation Observation)> observations, List<ControlVerdict> preflight, History history, DateTimeOffset now)
    {
        var changes = new List<Change>();
        var changing = new HashSet<ResourceId>(history.ChangedInOpenRun);
        var unplanned = new Dictionary<ResourceId, string>();
        var holding = 0;
        foreach (var (resource, observation) in observations)
        {
            if (resource is not ManagedResource managed)
                continue;
            if (managed.DependsOn.FirstOrDefault(unplanned.ContainsKey) is { Kind: not null } blocked)
                unplanned[managed.Id] = $"depends on {blocked}, which cannot be planned here";
            else if (observation.Outcome is Outcome.NotAssessed or Outcome.Error)
                unplanned[managed.Id] = observation.Note ?? observation.Observed;
            else if (ActionFor(managed, observation, changing) is { } action)
            {
                changes.Add(ChangeOf(managed, observation, action, history, changes.Count + 1));
                changing.Add(managed.Id);
            }
            else if (observation.Outcome == Outcome.Holds)
                holding++;
        }

        foreach (var (id, origin) in history.Origins.Where(o => graph.Find(o.Key) is null).Reverse())
            changes.Add(Removal(id, origin, changes.Count + 1));

        var reliedOn = preflight.Select(v => new ReliedOn(v.Control.Id, v.Verdict)).ToList();
        return new Plan
        {
            Product = ProductVersion.Text,
            CreatedAt = now,
            Machine = machine.Name,
            IsRehearsal = machine.IsRehearsal,
            Manifest = ManifestFingerprint,
            Changes = changes,
            NotPlanned = [.. unplanned.Select(u => new NotPlanned(u.Key, u.Value))],
            ReliedOn = reliedOn,
            Holding = holding,
            Fingerprint = FingerprintOf(changes, reliedOn),
        };
    }

    private static ChangeAction? ActionFor(ManagedResource managed, Observation observation, HashSet<ResourceId> changing) => observation.Outcome switch
    {
        Outcome.Differs => observation.State is null ? ChangeAction.Create : ChangeAction.Update,
        Outcome.Holds when managed.RestartedBy.Any(changing.Contains) => ChangeAction.Restart,
        Outcome.NotApplicable when managed.DependsOn.Any(changing.Contains) && observation.State is null => ChangeAction.Create,
        _ => null,
    };

    private static Change ChangeOf(ManagedResource managed, Observation observation, ChangeAction action, History history, int order) => new()
    {
        Order = order,
        Resource = managed.Id,
        Action = action,
        Cause = !history.Held.TryGetValue(managed.Id, out var held) ? ChangeCause.New
            : held != managed.Fingerprint || action == ChangeAction.Restart ? ChangeCause.ManifestMoved
            : ChangeCause.MachineMoved,
        Expected = observation.Expected,
        OnlyIf = observation.Outcome == Outcome.NotApplicable ? $"not now: {observation.Note}" : null,
        Controls = managed.Controls,
        How = observation.How,
        Properties = observation.Differences,
        Note = observation.Outcome == Outcome.NotApplicable ? null : observation.Note,
        Before = DigestOf(observation.State),
    };

    private Change Removal(ResourceId id, Origin origin, int order) => new()
    {
        Order = order,
        Resource = id,
        Action = ChangeAction.Remove,
        Cause = ChangeCause.ManifestMoved,
        Expected = origin.Before is null ? $"{id} is absent, as it was before the product made it" : $"{id} is as it was before the product changed it",
        Controls = origin.Resource.Controls,
        How = new Provenance(machine.IsRehearsal ? Source.Modelled : Source.Measured, "journal"),
        Properties = [],
        Before = DigestOf(origin.Before),
    };

    private Sha256Digest FingerprintOf(List<Change> changes, List<ReliedOn> reliedOn) => CanonicalJson.Digest(new JsonObject
    {
        ["manifest"] = ManifestFingerprint.Text,
        ["changes"] = new JsonArray([.. changes.Select(c => (JsonNode)$"{c.Resource} {c.Action} {c.Before}")]),
        ["reliedOn"] = new JsonArray([.. reliedOn.Select(r => (JsonNode)$"{r.Control} {r.Verdict}")]),
    });

    private static Sha256Digest DigestOf(JsonElement? state) => CanonicalJson.Digest(state is { } value ? JsonSerializer.SerializeToNode(value, ManifestJson.Compact) : null);

    private async Task<bool> RestartPendingAsync(CancellationToken cancel)
    {
        try
        {
            return (await machine.Facts.UpdatesAsync(cancel)).PendingRestart;
        }
        catch (NotAssessableException)
        {
            return false; // OS-2 says that nobody could say.
        }
    }
}
