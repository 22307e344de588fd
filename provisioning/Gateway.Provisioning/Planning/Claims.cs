using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Planning;

/// <summary>What stands under a name of the product's and is somebody else's: it was there before, the product never changed it, and nobody said that it may be taken over.</summary>
internal static class Claims
{
    /// <summary>What is somebody else's.</summary>
    /// <param name="observations">Every observation.</param>
    /// <param name="history">What the journal remembers.</param>
    /// <param name="takeOver">What the manifest lets the product take over.</param>
    public static IReadOnlyList<(ManagedResource Resource, Observation Observation)> Among(
        IReadOnlyList<(Resource Resource, Observation Observation)> observations, History history, IReadOnlyList<ResourceId> takeOver) =>
    [
        .. from seen in observations
           let managed = seen.Resource as ManagedResource
           where managed is not null && seen.Observation is { Outcome: Outcome.Differs, State: { } state } && managed.IsSomebodyElses(state)
               && !history.Origins.ContainsKey(managed.Address) && !history.Held.ContainsKey(managed.Id) && !takeOver.Contains(managed.Id)
           select (managed, seen.Observation),
    ];
}
