using System.Security.Cryptography.X509Certificates;
using Gateway.Service.Certifying;

namespace Gateway.Service.Probing;

/// <summary>Finds this site's certificate in the machine's store. Only Windows has one; a certificate whose key this account may not use is none to offer.</summary>
internal static class MachineCertificate
{
    /// <summary>Of the certificates whose subject contains the text and whose key can be used, the one that is used now (<see cref="Validity.InUse"/>); null where there is none.</summary>
    public static X509Certificate2? Find(string subject, DateTimeOffset now) =>
        Validity.InUse([.. All().Where(one => one.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase) && Validity.HasUsableKey(one))], now);

    /// <summary>The certificates of <c>LocalMachine\My</c> that have a key.</summary>
    public static IReadOnlyList<X509Certificate2> All()
    {
        if (!OperatingSystem.IsWindows())
            return [];
        using var store = new X509Store(StoreName.My, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        return [.. store.Certificates.Where(one => one.HasPrivateKey)];
    }
}
