using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Tests.Certifying;

/// <summary>A certificate with its key, as they lie in the folder of the transport.</summary>
internal static class Pair
{
    /// <summary>Lays one.</summary>
    public static void Lay(string folder, string name, DateTimeOffset from, DateTimeOffset until, string subject = "CN=gateway")
    {
        using var certificate = Make(from, until, subject);
        using var key = certificate.GetECDsaPrivateKey()!;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(Path.Combine(folder, $"{name}.1.crt"), certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>Makes one.</summary>
    public static X509Certificate2 Make(DateTimeOffset from, DateTimeOffset until, string subject = "CN=gateway")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(from, until);
    }
}
