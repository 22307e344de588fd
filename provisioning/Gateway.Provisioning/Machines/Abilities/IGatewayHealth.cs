using System.Text.Json.Serialization;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>The running gateway.</summary>
public interface IGatewayHealth : IAbility
{
    /// <summary>What it says about itself, or null when nobody answers.</summary>
    /// <param name="port">Its loopback port.</param>
    /// <param name="cancel">Cancels.</param>
    Task<GatewayHealthState?> ReadAsync(int port, CancellationToken cancel);
}

/// <summary>What the running gateway says about itself.</summary>
/// <param name="Status"><c>healthy</c> or <c>degraded</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="AeTitle">Its AE title.</param>
/// <param name="WebClientServed">Whether it serves the web client.</param>
/// <param name="TestedBrowsers">Browsers that this release was tested in.</param>
/// <param name="ClientMemoryBytes">Measured memory of a client's page with a large study, bytes, or null.</param>
/// <param name="ProcessId">Its process, by which a rehearsal tells its own from another's; in no record.</param>
public sealed record GatewayHealthState(
    string Status,
    string Version,
    string AeTitle,
    bool WebClientServed,
    IReadOnlyList<string> TestedBrowsers,
    long? ClientMemoryBytes,
    [property: JsonIgnore] int ProcessId = 0);
