using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Planning;

/// <summary>Failures that follow from a difference: what a resource depends on differs, near or far, and apply mends that. A rule that has no effect causes nothing.</summary>
internal static class Consequences
{
    /// <summary>The resources whose failure is a consequence.</summary>
    /// <param name="observations">Every observation, dependencies first.</param>
    public static IReadOnlySet<ResourceId> Among(IReadOnlyList<(Resource Resource, Observation Observation)> observations)
    {
        var differing = new HashSet<ResourceId>();
        var consequences = new HashSet<ResourceId>();
        foreach (var (resource, observation) in observations)
        {
            var follows = resource.DependsOn.Any(differing.Contains);
            if (follows && observation.Outcome is Outcome.Fails or Outcome.Error)
                consequences.Add(resource.Id);
            if (follows || observation is { Outcome: Outcome.Differs, IsWithoutEffect: false })
                differing.Add(resource.Id);
        }

        return consequences;
    }
}
