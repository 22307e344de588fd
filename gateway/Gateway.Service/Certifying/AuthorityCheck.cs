using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>Whether the pinned authority has issued a certificate of this site (RFC 5280 section 6), and whether it has taken it back.</summary>
/// <param name="pinned">SHA-256 of the authority's certificate, 64 hexadecimal characters in lower case.</param>
/// <param name="known">Certificates that a chain may be made of; the authority's must be among them.</param>
internal sealed class AuthorityCheck(string pinned, IReadOnlyCollection<X509Certificate2> known)
{
    private static readonly TimeSpan RevocationPatience = TimeSpan.FromSeconds(5);

    /// <summary>Judges a certificate's chain, at a time within its life.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="now">The time.</param>
    public IssuerVerdict Judge(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(X509RevocationMode.NoCheck, certificate.IsValid(now) ? now : certificate.Until() <= now ? certificate.Until().AddSeconds(-1) : certificate.From()) };
        var isGood = chain.Build(certificate);
        var last = chain.ChainElements[^1].Certificate;
        return isGood ? new(IssuerStanding.Pinned, last.Subject)
            : IsPinned(last) && !chain.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotSignatureValid) ? new(IssuerStanding.Wrong, string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct()))
            : IsRoot(last) || known.Any(one => IsPinned(one) && one.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData)) ? new(IssuerStanding.Other, last.Issuer) // of the same name
            : new(IssuerStanding.Unknown, last.Issuer);
    }

    /// <summary>Asks the authority's lists whether it has taken a certificate back. That goes over the network.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="now">The time.</param>
    public RevocationStanding AskRevocation(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(X509RevocationMode.Online, now) };
        chain.Build(certificate);
        var found = chain.ChainElements[0].ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return found.HasFlag(X509ChainStatusFlags.Revoked) ? RevocationStanding.Revoked
            : (found & (X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation | X509ChainStatusFlags.PartialChain)) != 0 ? RevocationStanding.Unknown
            : RevocationStanding.Good;
    }

    private X509ChainPolicy Policy(X509RevocationMode revocation, DateTimeOffset at)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = revocation,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            UrlRetrievalTimeout = RevocationPatience,
            DisableCertificateDownloads = true,
            VerificationTime = at.LocalDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(known.Where(IsPinned).Take(1).ToArray());
        policy.ExtraStore.AddRange(known.ToArray());
        return policy;
    }

    private bool IsPinned(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)) == pinned;

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}

/// <summary>Who has issued a certificate.</summary>
/// <param name="Standing">Whether it is the pinned authority.</param>
/// <param name="Detail">Who it is, or what is wrong with the chain.</param>
internal sealed record IssuerVerdict(IssuerStanding Standing, string Detail);

/// <summary>Who has issued a certificate.</summary>
internal enum IssuerStanding
{
    /// <summary>The pinned authority.</summary>
    Pinned,

    /// <summary>Another one.</summary>
    Other,

    /// <summary>A certificate is lacking to know.</summary>
    Unknown,

    /// <summary>The chain leads to the pinned authority, and is no good.</summary>
    Wrong,
}

/// <summary>Whether an authority has taken a certificate back.</summary>
internal enum RevocationStanding
{
    /// <summary>Nobody was asked.</summary>
    NotAsked,

    /// <summary>Its list says that it has not.</summary>
    Good,

    /// <summary>It has.</summary>
    Revoked,

    /// <summary>Its list cannot be had.</summary>
    Unknown,
}
