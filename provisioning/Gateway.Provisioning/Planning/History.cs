using System.Text.Json;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Planning;

/// <summary>What the journal remembers and a plan needs: what held after the last run, what the product has changed and from which state, what an open run has changed already.</summary>
/// <param name="Held">Fingerprints of the resources that held when the last run ended.</param>
/// <param name="Origins">Resources that the product changed, with the state before it first did.</param>
/// <param name="ChangedInOpenRun">Resources that an unfinished run has changed; what runs on them must be restarted.</param>
public sealed record History(
    IReadOnlyDictionary<ResourceId, Sha256Digest> Held,
    IReadOnlyDictionary<ResourceId, Origin> Origins,
    IReadOnlySet<ResourceId> ChangedInOpenRun)
{
    /// <summary>A machine that the product has never touched.</summary>
    public static History None { get; } = new(new Dictionary<ResourceId, Sha256Digest>(), new Dictionary<ResourceId, Origin>(), new HashSet<ResourceId>());
}

/// <summary>A resource that the product changed, and the state before it first did.</summary>
/// <param name="Resource">The resource as it was declared then.</param>
/// <param name="Before">The state before; null when it was absent.</param>
public sealed record Origin(ManagedResource Resource, JsonElement? Before);
