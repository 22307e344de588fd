using System.Security.Cryptography;

namespace Gateway.Service.Certifying;

/// <summary>A certificate of this site, as it is told.</summary>
/// <param name="Standing"><c>inUse</c>, <c>next</c> (counts later), <c>spare</c> (counts, and a newer one does too), <c>ended</c>, <c>unusable</c>.</param>
/// <param name="Subject">Subject.</param>
/// <param name="Issuer">Issuer.</param>
/// <param name="Serial">Serial number, hexadecimal.</param>
/// <param name="Sha256">SHA-256 of it (DER), hexadecimal.</param>
/// <param name="From">From when it counts, UTC.</param>
/// <param name="Until">Until when, UTC.</param>
/// <param name="DaysLeft">Whole days until then; none where it has ended.</param>
/// <param name="IsFromPinnedAuthority">Whether the pinned authority has issued it; null where none is pinned or that cannot be told.</param>
/// <param name="Revocation"><c>notAsked</c>, <c>good</c>, <c>revoked</c>, <c>unknown</c>: the authority's list cannot be had.</param>
/// <param name="Problem">Why it cannot be used; null where it can.</param>
internal sealed record CertificateEntry(
    string Standing, string Subject, string Issuer, string Serial, string Sha256, DateTimeOffset From, DateTimeOffset Until, int DaysLeft, bool? IsFromPinnedAuthority, string Revocation,
    string? Problem)
{
    /// <summary>The entry of a certificate.</summary>
    /// <param name="one">The certificate.</param>
    /// <param name="isInUse">Whether it is the one in use.</param>
    /// <param name="authority">Judges who has issued it; null where no authority is pinned.</param>
    /// <param name="asksRevocation">Whether the authority's lists are asked.</param>
    /// <param name="now">The time.</param>
    public static CertificateEntry Of(SiteCertificate one, bool isInUse, AuthorityCheck? authority, bool asksRevocation, DateTimeOffset now)
    {
        var certificate = one.Certificate;
        var revocation = asksRevocation && authority is not null ? authority.AskRevocation(certificate, now) : RevocationStanding.NotAsked;
        return new(
            one.Problem is not null ? "unusable" : isInUse ? "inUse" : certificate.Until() <= now ? "ended" : certificate.From() > now ? "next" : "spare",
            certificate.Subject, certificate.Issuer, certificate.SerialNumber, Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), certificate.From(), certificate.Until(),
            Math.Max(0, (certificate.Until() - now).Days),
            authority?.Judge(certificate, now).Standing switch { null or IssuerStanding.Unknown => null, IssuerStanding.Pinned => true, _ => false },
            revocation switch { RevocationStanding.Good => "good", RevocationStanding.Revoked => "revoked", RevocationStanding.Unknown => "unknown", _ => "notAsked" },
            one.Problem);
    }
}

/// <summary>A request that nobody has answered yet.</summary>
/// <param name="Subject">The subject that it asks for.</param>
/// <param name="At">When it was made, UTC.</param>
/// <param name="File">The request on this machine.</param>
/// <param name="Key">Where its key lies.</param>
internal sealed record RequestEntry(string Subject, DateTimeOffset At, string File, string Key);
