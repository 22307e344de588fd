using System.Text.Json.Serialization;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Names, listeners and probes.</summary>
public interface INetwork : IAbility
{
    /// <summary>Listening sockets.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<ListenerState>> ListenersAsync(CancellationToken cancel);

    /// <summary>The addresses that a name has now.</summary>
    /// <param name="host">The name.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="NotAssessableException">It has none, or nobody could be asked.</exception>
    Task<IReadOnlyList<string>> AddressesAsync(HostName host, CancellationToken cancel);

    /// <summary>Connects to a host, as the service's account would. A refused connection is a result, not an error.</summary>
    /// <param name="host">The host.</param>
    /// <param name="port">The port.</param>
    /// <param name="kind">What is done after connecting.</param>
    /// <param name="cancel">Cancels.</param>
    Task<ProbeResult> ProbeAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel);
}

/// <summary>A listening socket.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Address">Local address.</param>
/// <param name="Port">Port.</param>
/// <param name="Process">The process behind it.</param>
public sealed record ListenerState(TransportProtocol Protocol, string Address, int Port, string Process);

/// <summary>What a probe does after it has connected.</summary>
public enum ProbeKind
{
    /// <summary>Connects only.</summary>
    Tcp,

    /// <summary>SMTP greeting, EHLO, STARTTLS (RFC 3207), TLS handshake.</summary>
    SmtpStartTls,

    /// <summary>TLS handshake at once.</summary>
    Tls,
}

/// <summary>A probe of the manifest's.</summary>
/// <param name="Host">The host.</param>
/// <param name="Port">The port.</param>
/// <param name="Kind">What is done after connecting.</param>
public sealed record ProbeTarget(HostName Host, int Port, ProbeKind Kind)
{
    /// <summary>What a manifest has to be reached: the mail servers and the monitoring server.</summary>
    /// <param name="mail">The mail servers.</param>
    /// <param name="monitoring">The monitoring server.</param>
    public static IReadOnlyList<ProbeTarget> Of(Mail mail, Monitoring monitoring) =>
    [
        .. mail.Servers.SelectMany(server => (ProbeTarget[])[new(server.Host, server.SmtpPort, ProbeKind.SmtpStartTls), new(server.Host, server.Pop3sPort, ProbeKind.Tls)])
            .Append(new(monitoring.Server, monitoring.Port, ProbeKind.Tcp)).Distinct(),
    ];
}

/// <summary>Why no connection came about: who could mend it differs.</summary>
public enum ProbeObstacle
{
    /// <summary>The name has no address, or nobody resolves it.</summary>
    Unresolved,

    /// <summary>This machine itself forbids it: its firewall or its virus scanner.</summary>
    Forbidden,

    /// <summary>Something on the way, or the host, refused.</summary>
    Refused,

    /// <summary>Nothing answered.</summary>
    NoAnswer,
}

/// <summary>What a probe of one host and port gave.</summary>
/// <param name="Host">The host as the manifest names it.</param>
/// <param name="Port">The port as the manifest names it.</param>
/// <param name="Connected">Whether a connection came about.</param>
/// <param name="Tls">The negotiated protocol (<c>TLS 1.2</c>), or null when no TLS came about.</param>
/// <param name="Issuer">Issuer of the certificate seen, or null.</param>
/// <param name="RootSha256">SHA-256 of the root of the chain seen, or null.</param>
/// <param name="ClientCertificateAccepted">Whether the server accepted our certificate, or null when it was not asked, or nobody could say.</param>
/// <param name="Failure">What went wrong, or null.</param>
/// <param name="CertificateProblem">Why the certificate seen is not to be trusted - its name, its dates, its chain - or null when it is, or none was seen.</param>
public sealed record ProbeResult(
    string Host,
    int Port,
    bool Connected,
    string? Tls = null,
    string? Issuer = null,
    string? RootSha256 = null,
    bool? ClientCertificateAccepted = null,
    Wording? Failure = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Wording? CertificateProblem = null)
{
    /// <summary>Why no connection came about, or null when one did, or nobody could say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProbeObstacle? Obstacle { get; init; }
}
