using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Service.Certifying;

/// <summary>What a certificate is asked for with (PKCS #10, RFC 2986): a subject, other names of it, and that it is for a client of TLS (RFC 5280 section 4.2.1.12).</summary>
/// <param name="Subject">The subject.</param>
/// <param name="OtherNames">The extension with other names; null for none.</param>
internal sealed record SigningRequest(X500DistinguishedName Subject, X509Extension? OtherNames)
{
    /// <summary>The purpose id-kp-clientAuth.</summary>
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private const string SubjectAlternativeName = "2.5.29.17";

    /// <summary>A request for DNS names beside the subject.</summary>
    public static SigningRequest For(X500DistinguishedName subject, IReadOnlyCollection<string> hosts)
    {
        if (hosts.Count == 0)
            return new(subject, null);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
            names.AddDnsName(host);
        return new(subject, names.Build());
    }

    /// <summary>A request for what another certificate has.</summary>
    public static SigningRequest Like(X509Certificate2 certificate) => new(certificate.SubjectName, certificate.Extensions.FirstOrDefault(one => one.Oid?.Value == SubjectAlternativeName));

    /// <summary>The request, signed with the key that it is for (SHA-256), PEM.</summary>
    public string Sign(AsymmetricAlgorithm key)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(Subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(Subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(ClientAuthentication)], critical: false));
        if (OtherNames is not null)
            request.CertificateExtensions.Add(OtherNames);
        return request.CreateSigningRequestPem() + "\n";
    }
}
