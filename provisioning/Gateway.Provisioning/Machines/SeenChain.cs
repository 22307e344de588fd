using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines;

/// <summary>
/// The chain of a certificate that a server showed, built anew with the pinned authority as the only root (RFC 5280, section 6). The manifest pins the
/// authority's digest alone; its certificate is found among those that the server sent and those that the machine has.
/// </summary>
internal static class SeenChain
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>The root that a chain ends in, and why the chain is not to be trusted.</summary>
    /// <param name="shown">The server's certificate.</param>
    /// <param name="built">The chain as the handshake built it, with what the server sent; null when it built none.</param>
    /// <param name="credentials">The pinned authority, and where its certificate may be found.</param>
    /// <returns>The root's digest, null when the chain is not complete; the problem, null when there is none.</returns>
    public static (Sha256Digest? Root, Wording? Problem) Judge(X509Certificate2 shown, X509Chain? built, ProbeCredentials credentials)
    {
        return credentials.Authority is { } pinned
            ? Judge(shown, [.. built?.ChainElements.Select(e => e.Certificate) ?? [], .. built?.ChainPolicy.ExtraStore ?? []], pinned, credentials.Known)
            : (RootOf(built), ProblemOf(built));
    }

    /// <summary>Likewise of a chain that another program was shown.</summary>
    /// <param name="shown">The server's certificate.</param>
    /// <param name="sent">What the server sent.</param>
    /// <param name="credentials">The pinned authority, and where its certificate may be found.</param>
    /// <returns>The root's digest, null when the chain is not complete; the problem, null when there is none.</returns>
    public static (Sha256Digest? Root, Wording? Problem) Judge(X509Certificate2 shown, IReadOnlyList<X509Certificate2> sent, ProbeCredentials credentials)
    {
        if (credentials.Authority is { } pinned)
            return Judge(shown, sent, pinned, credentials.Known);
        using var chain = new X509Chain { ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true } };
        chain.ChainPolicy.ExtraStore.AddRange(sent.ToArray());
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        chain.Build(shown);
        return (RootOf(chain), ProblemOf(chain));
    }

    private static (Sha256Digest? Root, Wording? Problem) Judge(X509Certificate2 shown, IReadOnlyList<X509Certificate2> sent, Sha256Digest pinned, IReadOnlyList<X509Certificate2> machines)
    {
        X509Certificate2[] known = [.. sent, .. machines];
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(known.Where(c => Sha256Digest.Of(c.RawData) == pinned).Take(1).ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(known);
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        if (chain.Build(shown))
            return (pinned, null);
        var root = RootOf(chain);
        return (root, root == pinned ? ProblemOf(chain)
            : root is null ? Incomplete(chain.ChainElements[^1].Certificate.Issuer)
            : new("seine Zertifikatskette endet nicht in der festgelegten Zertifizierungsstelle", "its chain does not end in the pinned authority"));
    }

    /// <summary>The root that a certificate of this machine's own leads to, or null when its chain is not complete.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="known">What its chain may be made of, beside what the system trusts.</param>
    public static Sha256Digest? RootOf(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> known)
    {
        using var chain = new X509Chain { ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true } };
        chain.ChainPolicy.ExtraStore.AddRange(known.ToArray());
        chain.Build(certificate); // trusted or not: the pinned authority need not be among the system's
        return RootOf(chain);
    }

    // A chain whose last element another one issued is not complete.
    private static Sha256Digest? RootOf(X509Chain? chain) =>
        chain is { ChainElements: [.., { Certificate: var last }] } && last.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData) ? Sha256Digest.Of(last.RawData) : null;

    private static Wording Incomplete(string issuer) => new(
        $"seine Zertifikatskette ist unvollständig: weder der Server noch dieser Rechner hat das Zertifikat von {issuer}",
        $"its chain is not complete: neither the server nor this machine has the certificate of {issuer}");

    private static Wording? ProblemOf(X509Chain? chain) =>
        chain is null ? new("es kam ohne Zertifikatskette", "it came without a chain")
        : string.Join(", ", chain.ChainStatus.Select(s => s.Status.ToString()).Distinct()) is { Length: > 0 } problems
            ? new($"seine Zertifikatskette hat den Status {problems}", $"its chain has the status {problems}")
            : null;
}
