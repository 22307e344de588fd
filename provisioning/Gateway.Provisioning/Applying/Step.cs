using System.Text.Json;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Applying;

/// <summary>One change of a run, begun or done.</summary>
/// <param name="Resource">The resource as it was declared then.</param>
/// <param name="Before">The state before; null when it was absent.</param>
/// <param name="Removes">Whether it gave back what the manifest no longer asks for.</param>
public sealed record Step(ManagedResource Resource, JsonElement? Before, bool Removes)
{
    /// <summary>Whether it was made and read back.</summary>
    public bool IsDone { get; init; }

    /// <summary>Fingerprint of the state that it left, or null while it is not done.</summary>
    public Sha256Digest? Left { get; init; }
}
