using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.DicomMail.Transport;
using Gateway.Service.Configuration;
using Gateway.Service.Probing;

namespace Gateway.Service.Partnering;

/// <summary>Reads the certificates that the network is spoken to with.</summary>
internal static class NetworkCertificates
{
    /// <summary>Whom of the network is trusted, and as whom this site shows itself. Without a pinned authority nobody is trusted, and nothing is sent.</summary>
    /// <exception cref="CryptographicException">A file holds no certificate, or no key that can be used.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static NetworkTrust Read(MailSettings mail)
    {
        var known = new X509Certificate2Collection();
        if (mail.AuthorityFile is { } authority)
            known.ImportFromPemFile(authority);
        List<ReadOnlyMemory<byte>> pinned = mail.AuthoritySha256 is { } digest ? [Convert.FromHexString(digest)] : [];
        return new NetworkTrust(pinned, known, Own(mail));
    }

    private static X509Certificate2? Own(MailSettings mail) =>
        mail.CertificateFile is { } file ? FromFile(file)
        : mail.CertificateSubject is { } subject ? MachineCertificate.Find(subject)
        : null;

    private static X509Certificate2 FromFile(string file) => Path.GetExtension(file).ToLowerInvariant() is ".pfx" or ".p12"
        ? X509CertificateLoader.LoadPkcs12FromFile(file, null)
        : X509Certificate2.CreateFromPemFile(file);
}
