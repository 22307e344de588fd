using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>What a run is at, for whoever watches.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="What">What is done to it.</param>
/// <param name="Done">How many changes are made.</param>
/// <param name="Of">How many there are in all.</param>
public sealed record RunStep(ManagedResource Resource, JournalEvent What, int Done, int Of);
