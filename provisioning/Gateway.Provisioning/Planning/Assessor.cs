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
    public Sha256Digest ManifestFingerprint => Sha256Digest.Of(Manifest);

    /// <summary>The manifest with its overlays as canonical JSON, as the product understood it.</summary>
    internal byte[] Manifest { get; } = CanonicalJson.Of(appliance);

    /// <summary>One look at the whole machine.</summary>
    /// <param name="history">What the journal remembers.</param>
    /// <param name="observed">Told of each observation as it comes.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<Assessment> AssessAsync(History history, Action<Observation>? observed, CancellationToken cancel)
    {
        machine.LookAfresh();
        var addresses = graph.InOrder.OfType<ManagedResource>().Select(r => r.Address).ToHashSet();
        var orphans = history.Origins.Where(o => !addresses.Contains(o.Key)).Select(o => o.Value).ToList();
        IReadOnlyList<Resource> all = [.. graph.InOrder, .. orphans.Select(o => o.Resource)];
        var found = new Observation[all.Count];
        await Parallel.ForAsync(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (i, token) =>
        {
            found[i] = await all[i].ObserveAsync(machine, clock, token);
            observed?.Invoke(found[i]);
        });
        var observations = graph.InOrder.Zip(found).ToList();
        var consequences = Consequences.Among(observations);
        var now = clock.GetUtcNow();
        var preflight = JudgePreflight(observations, consequences, now);
        return new Assessment
        {
            Graph = graph,
            Observations = observations,
            Consequences = consequences,
            Verdicts = Judge.All(appliance, observations, machine.IsRehearsal, now),
            Preflight = preflight,
            SomebodyElses = Claims.Among(observations, history, appliance.TakeOver),
            Plan = new Planner(graph, machine, history).Make(ManifestFingerprint, observations, [.. orphans.Zip(found.Skip(observations.Count))], consequences, preflight, now),
            RestartPending = await machine.Facts.WaitsForRestartAsync(cancel),
        };
    }

    private List<ControlVerdict> JudgePreflight(List<(Resource, Observation)> observations, IReadOnlySet<ResourceId> consequences, DateTimeOffset now)
    {
        // What the apply mends itself refuses nothing.
        var preflight = graph.Preflight.Where(r => !consequences.Contains(r.Id)).ToHashSet<Resource>();
        var evidence = observations.Where(o => preflight.Contains(o.Item1)).ToList();
        var served = evidence.SelectMany(o => o.Item1.Controls).ToHashSet();
        var servedLater = graph.InOrder.SelectMany(r => r.Controls).ToHashSet();

        // What installation has yet to make hold does not hold, whatever else of the control does.
        var yetToHold = observations.Where(o => !preflight.Contains(o.Item1) && o.Item2.Outcome is not (Outcome.Holds or Outcome.NotApplicable)).SelectMany(o => o.Item1.Controls).ToHashSet();

        // A control that only installation can fulfil is none of the preflight's; one that rests on a person's word alone is.
        return [.. Judge.All(appliance, evidence, machine.IsRehearsal, now)
            .Where(v => served.Contains(v.Control.Id) || (v.Control.Attestable == Attestable.Always && !servedLater.Contains(v.Control.Id)))
            .Where(v => !(v.Holds && yetToHold.Contains(v.Control.Id)))];
    }
}
