using System.Text.Json;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Planning;

/// <summary>What the journal remembers and a plan needs.</summary>
/// <param name="Held">Fingerprints of the resources that held when the last run ended.</param>
/// <param name="Origins">What the product changed, by address and in the order in which it first did, with the state before that.</param>
/// <param name="Left">Fingerprints of the states that the product left, by address.</param>
/// <param name="AwaitingRestart">Resources that were changed, or perhaps changed, and that what runs on them has not seen yet: a run was cut off in between.</param>
public sealed record History(
    IReadOnlyDictionary<ResourceId, Sha256Digest> Held,
    OrderedDictionary<string, Origin> Origins,
    IReadOnlyDictionary<string, Sha256Digest> Left,
    IReadOnlySet<ResourceId> AwaitingRestart)
{
    /// <summary>A machine that the product has never touched.</summary>
    public static History None { get; } = new(new Dictionary<ResourceId, Sha256Digest>(), [], new Dictionary<string, Sha256Digest>(), new HashSet<ResourceId>());
}

/// <summary>A resource that the product changed, and the state before it first did.</summary>
/// <param name="Resource">The resource as it was declared last.</param>
/// <param name="Before">The state before; null when it was absent.</param>
public sealed record Origin(ManagedResource Resource, JsonElement? Before);
