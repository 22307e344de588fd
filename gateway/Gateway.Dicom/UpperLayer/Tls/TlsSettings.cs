using System.Security.Cryptography.X509Certificates;

namespace Gateway.Dicom.UpperLayer.Tls;

/// <summary>
/// How a connection is encrypted and both ends prove who they are: the BCP 195 profile of PS3.15 annex B, TLS 1.2 and 1.3 with suites that
/// authenticate what they encrypt and have forward secrecy. What is trusted is said here and nowhere else: the authorities of the machine
/// do not count.
/// </summary>
/// <param name="Certificate">
/// Our own certificate with its private key. An acceptor must have one; a requestor without one is refused by peers that want to know it.
/// </param>
/// <param name="Trusted">
/// The authorities whose certificates are taken from a peer. A peer's own self-signed certificate in it pins that peer.
/// </param>
public sealed record TlsSettings(X509Certificate2? Certificate, X509Certificate2Collection Trusted)
{
    /// <summary>Authorities between our own certificate and what the peer trusts, which are sent with it.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>Whether an acceptor wants the peer's certificate; without it nobody knows who the peer is.</summary>
    public bool RequiresPeerCertificate { get; init; } = true;

    /// <summary>
    /// The name or address that a requestor finds in the peer's certificate; the host of the end point where it is null.
    /// </summary>
    public string? PeerName { get; init; }

    /// <summary>
    /// Whether a requestor holds the peer's name against its certificate. Without it every certificate of a trusted authority can stand
    /// in for the peer: only for authorities that issue to nobody else.
    /// </summary>
    public bool ChecksPeerName { get; init; } = true;

    /// <summary>Whether revocation is asked for; not by default, because an appliance reaches no list that is not on its own network.</summary>
    public X509RevocationMode Revocation { get; init; } = X509RevocationMode.NoCheck;
}
