using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>The monitoring agent.</summary>
public interface IMonitoringAgent : IAbility
{
    /// <summary>Its registration and what it sends.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<MonitoringState> ReadAsync(CancellationToken cancel);

    /// <summary>Registers it; the secret goes over standard input.</summary>
    /// <param name="server">Server and port.</param>
    /// <param name="user">Account.</param>
    /// <param name="secret">Where the password comes from.</param>
    /// <param name="cancel">Cancels.</param>
    Task RegisterAsync(string server, string user, SecretReference secret, CancellationToken cancel);

    /// <summary>Takes its registration back.</summary>
    /// <param name="cancel">Cancels.</param>
    Task UnregisterAsync(CancellationToken cancel);
}

/// <summary>The monitoring agent.</summary>
/// <param name="Registered">Whether it is registered with a server.</param>
/// <param name="Server">The server and port that it is registered with, or null.</param>
/// <param name="Encrypted">Whether it refuses unencrypted legacy connections.</param>
/// <param name="Sections">The sections that it really sends.</param>
/// <param name="LocalChecks">The local checks that it really runs.</param>
public sealed record MonitoringState(bool Registered, string? Server, bool Encrypted, IReadOnlyList<string> Sections, IReadOnlyList<string> LocalChecks);
