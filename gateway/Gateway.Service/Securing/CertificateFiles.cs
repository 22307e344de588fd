using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Securing;

/// <summary>Reads a certificate with its key from files, so that TLS can use it on every system.</summary>
internal static class CertificateFiles
{
    /// <summary>Reads one.</summary>
    /// <param name="file">The file with the certificate, PEM or PFX.</param>
    /// <param name="keyFile">The file with its key, PEM; null where the certificate's file holds it.</param>
    /// <param name="password">The key's password; null for none.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">There is no certificate, or no key that can be used.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static X509Certificate2 Read(string file, string? keyFile, string? password)
    {
        if (IsPfx(file))
            return X509CertificateLoader.LoadPkcs12FromFile(file, password);
        var key = keyFile ?? file;
        using var inMemory = password is null ? X509Certificate2.CreateFromPemFile(file, key) : X509Certificate2.CreateFromEncryptedPemFile(file, password, key);
        return X509CertificateLoader.LoadPkcs12(inMemory.Export(X509ContentType.Pkcs12), null); // Schannel takes no key that exists in memory only
    }

    /// <summary>What else of a chain the certificate's file holds.</summary>
    /// <param name="file">The file.</param>
    /// <param name="certificate">The certificate that was read from it.</param>
    public static X509Certificate2Collection ChainIn(string file, X509Certificate2 certificate)
    {
        var all = new X509Certificate2Collection();
        if (!IsPfx(file))
            all.ImportFromPemFile(file);
        return [.. all.Where(one => !one.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))];
    }

    private static bool IsPfx(string file) => Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12";
}
