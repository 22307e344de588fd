using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.PrivateServers;

/// <summary>A certificate authority that nobody outside knows: of a private network, or in a test of a firewall that opens TLS.</summary>
public sealed class NetworkAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>An authority of this name.</summary>
    public NetworkAuthority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(30));
    }

    /// <summary>Its own certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of its certificate.</summary>
    public ReadOnlyMemory<byte> Sha256 => SHA256.HashData(Certificate.RawData);

    /// <summary>A server's certificate.</summary>
    public X509Certificate2 IssueServer(params string[] names) => Issue(names[0], ServerAuthentication, names, DateTimeOffset.UtcNow.AddDays(10));

    /// <summary>A server's certificate that has ended.</summary>
    public X509Certificate2 IssueEnded(string name) => Issue(name, ServerAuthentication, [name], DateTimeOffset.UtcNow.AddHours(-1));

    /// <summary>A site's certificate: its address is its common name.</summary>
    public X509Certificate2 IssueSite(string address) => Issue(address, ClientAuthentication, [], DateTimeOffset.UtcNow.AddDays(10));

    /// <summary>A certificate that nobody but itself has issued.</summary>
    public static X509Certificate2 SelfSigned(string address)
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest($"CN={address}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
        return Whole(made);
    }

    /// <summary>How Postfix names a certificate: its SHA-256, in pairs.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) =>
        string.Join(':', SHA256.HashData(certificate.RawData).Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));

    /// <summary>Forgets its key.</summary>
    public void Dispose() => Certificate.Dispose();

    private X509Certificate2 Issue(string name, string purpose, string[] hosts, DateTimeOffset until)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }

        if (hosts.Length > 0)
            request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(purpose)], false));
        using var issued = request.Create(Certificate, DateTimeOffset.UtcNow.AddDays(-1), until, RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return Whole(withKey);
    }

    private static X509Certificate2 Whole(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
}
