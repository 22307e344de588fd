using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.DicomMail.Transport;

/// <summary>
/// Who the network's servers are, and who this site is to them. A server's chain is built with the pinned authorities as the only roots (RFC 5280 section 6), whatever else the
/// machine trusts: a firewall that opens TLS with its own certificates is not trusted, and is named. TLS 1.2 and 1.3 only.
/// </summary>
/// <param name="authorities">SHA-256 of the authorities' certificates (DER), 32 bytes each.</param>
/// <param name="known">Certificates that chains may be made of, beside what a server sends: an authority's own may be among them.</param>
/// <param name="own">This site's certificate with its key, or null.</param>
/// <param name="revocation">
/// <see cref="X509RevocationMode.NoCheck"/> asks nobody. With another mode a revoked certificate is refused, and one whose list cannot be had is not.
/// </param>
public sealed class NetworkTrust(
    IReadOnlyCollection<ReadOnlyMemory<byte>> authorities, X509Certificate2Collection known, X509Certificate2? own, X509RevocationMode revocation = X509RevocationMode.NoCheck)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly TimeSpan RevocationPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Host, int Port), ShownCertificate> seen = [];

    /// <summary>What a server is shown, asked for each connection: a certificate may follow another. Null where there is nothing to show.</summary>
    public Func<SslStreamCertificateContext?> Offered { get; init; } = Always(own is null ? null : SslStreamCertificateContext.Create(own, known, offline: true));

    /// <summary>Whether there is a certificate to show to a server.</summary>
    public bool HasCertificate => Offered() is not null;

    /// <summary>What the servers showed last; nothing of those that nobody has connected to.</summary>
    public IReadOnlyCollection<ShownCertificate> Seen => [.. seen.Values];

    /// <summary>Judges a server by what it showed.</summary>
    /// <param name="host">The name that it must be issued to (RFC 9525).</param>
    /// <param name="shown">Its certificate.</param>
    /// <param name="sent">What else it sent.</param>
    public TrustVerdict Judge(string host, X509Certificate2 shown, IEnumerable<X509Certificate2> sent)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(sent) };
        var problem = chain.Build(shown) ? null : WhatIsWrong(chain);
        var name = shown.MatchesHostname(host, allowWildcards: true, allowCommonName: false) ? null : $"it is not issued to {host}";
        return new(problem is null && name is null ? null : $"shows a certificate of {shown.Issuer} ({string.Join("; ", new[] { name, problem }.OfType<string>())})");
    }

    /// <summary>The rules of a handshake.</summary>
    /// <param name="host">The server.</param>
    /// <param name="port">Its port.</param>
    /// <param name="note">Is told what is to be thought of it; the handshake ends where it is not trusted.</param>
    [SuppressMessage("Security", "CA5398", Justification = "The requirements name the versions: an older system must not choose others.")]
    internal SslClientAuthenticationOptions Handshake(string host, int port, Action<TrustVerdict> note) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,
        ClientCertificateContext = Offered(),
        CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            var verdict = certificate is X509Certificate2 shown
                ? Judge(host, shown, [.. chain?.ChainPolicy.ExtraStore ?? [], .. chain?.ChainElements.Select(element => element.Certificate) ?? []])
                : new("shows no certificate");
            if (certificate is X509Certificate2 { NotAfter: var until })
                seen[(host, port)] = new ShownCertificate(host, port, new DateTimeOffset(until).ToUniversalTime(), verdict);
            note(verdict);
            return verdict.IsTrusted;
        },
    };

    private static Func<SslStreamCertificateContext?> Always(SslStreamCertificateContext? context) => () => context;

    private X509ChainPolicy Policy(IEnumerable<X509Certificate2> sent)
    {
        X509Certificate2[] all = [.. sent, .. known];
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = revocation,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            VerificationFlags = X509VerificationFlags.IgnoreEndRevocationUnknown | X509VerificationFlags.IgnoreCertificateAuthorityRevocationUnknown,
            UrlRetrievalTimeout = RevocationPatience,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(all.Where(IsPinned).ToArray());
        policy.ExtraStore.AddRange(all);
        policy.ApplicationPolicy.Add(ServerAuthentication);
        return policy;
    }

    private bool IsPinned(X509Certificate2 certificate)
    {
        var digest = SHA256.HashData(certificate.RawData);
        return authorities.Any(pinned => pinned.Span.SequenceEqual(digest));
    }

    private string WhatIsWrong(X509Chain chain)
    {
        var last = chain.ChainElements[^1].Certificate;
        // A name that the pinned authority has too, and not its signature, is another one's.
        if (IsPinned(last) && !chain.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotSignatureValid))
            return $"its chain has the status {string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct())}";
        return last.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData)
            ? "its chain does not end in the pinned authority: something on the way opens TLS"
            : $"its chain is not complete: neither the server nor this machine has the certificate of {last.Issuer}";
    }
}
