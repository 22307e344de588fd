using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>The monitoring agent.</summary>
public interface IMonitoringAgent : IAbility
{
    /// <summary>Its registration and what it sends.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<MonitoringState> ReadAsync(CancellationToken cancel);

    /// <summary>Registers it; the secret is no argument of any program.</summary>
    /// <param name="with">With whom and as whom.</param>
    /// <param name="secret">Where the password comes from.</param>
    /// <param name="cancel">Cancels.</param>
    Task RegisterAsync(AgentConnection with, SecretReference secret, CancellationToken cancel);

    /// <summary>Takes its registration back.</summary>
    /// <param name="cancel">Cancels.</param>
    Task UnregisterAsync(CancellationToken cancel);
}

/// <summary>What the agent is registered with.</summary>
/// <param name="Server">Server and port.</param>
/// <param name="Site">The server's site, or null when nobody named it.</param>
/// <param name="HostName">The name of this machine there.</param>
/// <param name="User">The account of the registration.</param>
/// <param name="Certificate">SHA-256 of the server's certificate, or null when nobody pinned it.</param>
public sealed record AgentConnection(string Server, string? Site, string HostName, string User, Sha256Digest? Certificate);

/// <summary>The monitoring agent.</summary>
/// <param name="Registered">Whether it is registered with a server.</param>
/// <param name="Server">The server and port that it is registered with, or null.</param>
/// <param name="Encrypted">Whether it refuses unencrypted legacy connections.</param>
/// <param name="Sections">The sections that it really sends.</param>
/// <param name="LocalChecks">The local checks that it really runs.</param>
public sealed record MonitoringState(bool Registered, string? Server, bool Encrypted, IReadOnlyList<string> Sections, IReadOnlyList<string> LocalChecks);
