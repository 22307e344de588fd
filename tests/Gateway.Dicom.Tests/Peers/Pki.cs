using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Dicom.UpperLayer.Tls;

namespace Gateway.Dicom.Tests.Peers;

/// <summary>An authority for a test, the certificates that it issues, and their files for DCMTK and openssl.</summary>
public sealed class Pki : IDisposable
{
    private readonly X509Certificate2 authority;
    private readonly Dictionary<string, TlsSettings> issued = [];

    public Pki(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        Folder = Directory.CreateTempSubdirectory("pki-").FullName;
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
    }

    public string Folder { get; }

    public string AuthorityFile => Path.Combine(Folder, "authority.pem");

    public X509Certificate2Collection Trusted => [X509CertificateLoader.LoadCertificate(authority.RawData)];

    public string KeyFile(string name) => Path.Combine(Folder, name + ".key");

    public string CertificateFile(string name) => Path.Combine(Folder, name + ".pem");

    /// <summary>A certificate of this authority for 127.0.0.1, trusting this authority's peers; one for each name.</summary>
    public TlsSettings Issue(string name) => issued.TryGetValue(name, out var known) ? known : issued[name] = IssueNew(name);

    public void Dispose()
    {
        foreach (var settings in issued.Values)
            settings.Certificate?.Dispose();
        authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private TlsSettings IssueNew(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var serial = RandomNumberGenerator.GetBytes(8);
        using var bare = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(10), serial);
        using var withKey = bare.CopyWithPrivateKey(key);
        File.WriteAllText(KeyFile(name), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificateFile(name), bare.ExportCertificatePem());
        // Windows takes no key that exists in memory only.
        var certificate = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        return new TlsSettings(certificate, Trusted);
    }
}
