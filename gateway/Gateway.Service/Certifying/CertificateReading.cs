using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>Reads the certificates that an authority sent, PEM or DER, one or many in a file.</summary>
internal static class CertificateReading
{
    /// <summary>The certificates of a file.</summary>
    /// <exception cref="CertRefusal">It cannot be read, or holds none (GW7127).</exception>
    public static IReadOnlyList<X509Certificate2> Of(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            var all = new X509Certificate2Collection();
            all.ImportFromPem(System.Text.Encoding.Latin1.GetString(bytes));
            return all.Count > 0 ? [.. all] : [X509CertificateLoader.LoadCertificate(bytes)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CertRefusal(
                "GW7127", $"{file} cannot be read as a certificate: {failure.Message.TrimEnd('.')}.",
                "Name the certificate as PEM or DER, not the request and no PKCS #7 container (openssl pkcs7 -print_certs makes PEM of that).");
        }
    }
}
