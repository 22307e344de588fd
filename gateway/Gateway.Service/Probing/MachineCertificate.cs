using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Probing;

/// <summary>Finds this site's certificate in the machine's store. Only Windows has one; a certificate whose key this account may not use is none to offer.</summary>
internal static class MachineCertificate
{
    /// <summary>The certificate whose subject contains the text, of several the one that ends last; null where there is none.</summary>
    public static X509Certificate2? Find(string subject)
    {
        if (!OperatingSystem.IsWindows())
            return null;
        using var store = new X509Store(StoreName.My, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        var found = store.Certificates.Where(c => c.HasPrivateKey && c.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase)).MaxBy(c => c.NotAfter);
        return found is not null && MayUse(found) ? found : null;
    }

    private static bool MayUse(X509Certificate2 certificate)
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
