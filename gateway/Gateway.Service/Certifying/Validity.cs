using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>When a certificate counts, and which of several is used.</summary>
internal static class Validity
{
    /// <summary>From when it counts, UTC.</summary>
    public static DateTimeOffset From(this X509Certificate2 certificate) => certificate.NotBefore.ToUniversalTime();

    /// <summary>Until when it counts, UTC.</summary>
    public static DateTimeOffset Until(this X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();

    /// <summary>Whether it counts at a time.</summary>
    public static bool IsValid(this X509Certificate2 certificate, DateTimeOffset now) => certificate.From() <= now && now < certificate.Until();

    /// <summary>
    /// Of several whose keys can be used, the newest that counts now. Where none does, the one that ended last, and where none has ended, the one that counts first: a server that
    /// refuses it says more than one that is shown nothing. Null only where there is none.
    /// </summary>
    public static X509Certificate2? InUse(IReadOnlyCollection<X509Certificate2> usable, DateTimeOffset now) =>
        usable.Where(one => one.IsValid(now)).MaxBy(one => (one.From(), one.Until()))
        ?? usable.Where(one => one.Until() <= now).MaxBy(one => one.Until())
        ?? usable.MinBy(one => one.From());

    /// <summary>Until when there is one that counts, without a gap, from now on; now where none does.</summary>
    public static DateTimeOffset CoveredUntil(IReadOnlyCollection<X509Certificate2> usable, DateTimeOffset now)
    {
        var until = now;
        while (usable.Where(one => one.From() <= until && one.Until() > until).MaxBy(one => one.Until()) is { } next)
            until = next.Until();
        return until;
    }

    /// <summary>Whether this account may use a certificate's key.</summary>
    public static bool HasUsableKey(X509Certificate2 certificate)
    {
        try
        {
            using var rsa = certificate.GetRSAPrivateKey();
            using var ecdsa = rsa is null ? certificate.GetECDsaPrivateKey() : null;
            return rsa is not null || ecdsa is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
