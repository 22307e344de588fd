using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.DicomMail.Transport;
using Gateway.Service.Certifying;
using Gateway.Service.Configuration;

namespace Gateway.Service.Partnering;

/// <summary>Reads the certificates that the network is spoken to with.</summary>
internal static class NetworkCertificates
{
    /// <summary>The network's authority, where a file holds it.</summary>
    /// <exception cref="CryptographicException">The file holds no certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509Certificate2Collection AuthorityOf(MailSettings mail)
    {
        var known = new X509Certificate2Collection();
        if (mail.AuthorityFile is { } authority)
            known.ImportFromPemFile(authority);
        return known;
    }

    /// <summary>Whom of the network is trusted, and as whom this site shows itself. Without a pinned authority nobody is trusted, and nothing is sent.</summary>
    /// <param name="mail">The settings.</param>
    /// <param name="known">The authority, where a file holds it.</param>
    /// <param name="own">This site's certificate; null where none is configured.</param>
    public static NetworkTrust TrustOf(MailSettings mail, X509Certificate2Collection known, OwnCertificate? own)
    {
        List<ReadOnlyMemory<byte>> pinned = mail.AuthoritySha256 is { } digest ? [Convert.FromHexString(digest)] : [];
        return new NetworkTrust(pinned, known, null, mail.AsksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck) { Offered = () => own?.Context };
    }

    /// <summary>Where this site's certificates are; null where none is configured.</summary>
    public static ISiteCertificates? SourceOf(MailSettings mail) =>
        mail.CertificateFile is { } file ? new CertificateFile(file)
        : mail.CertificateSubject is { } subject ? TransportKeys.Of(mail.TransportFolder, subject, mail.HasMachineStore)
        : null;
}
