using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>How long the network will know this site, with what is installed.</summary>
/// <param name="HasAny">Whether there is a certificate whose key can be used.</param>
/// <param name="IsValid">Whether one counts now.</param>
/// <param name="Until">Until when one does without a gap, UTC; now where none does.</param>
internal sealed record CertificateForecast(bool HasAny, bool IsValid, DateTimeOffset Until)
{
    /// <summary>The forecast for certificates whose keys can be used.</summary>
    public static CertificateForecast Of(IReadOnlyCollection<X509Certificate2> usable, DateTimeOffset now) =>
        new(usable.Count > 0, usable.Any(one => one.IsValid(now)), Validity.CoveredUntil(usable, now));
}
