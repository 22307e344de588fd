using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>Mail servers and the certificates for them.</summary>
public sealed record Mail
{
    /// <summary>This gateway's mail address in the network. Until it is known partners are not reached.</summary>
    [RegularExpression(@"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}$")]
    public string? Address { get; init; }

    /// <summary>The name of its mailbox on the servers; its address where there is none.</summary>
    public string? Account { get; init; }

    /// <summary>How often each mailbox is asked for mail, in seconds.</summary>
    [Range(1, 15)]
    public int PollSeconds { get; init; } = 15;

    /// <summary>The local time of day at which the line to each partner is checked with a synthetic image (X-DIN), HH:mm, or none.</summary>
    [RegularExpression("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    public string? CheckAt { get; init; } = "06:30";

    /// <summary>A folder in place of the servers, with a folder for each address: for a site behind a gap.</summary>
    public WindowsPath? Folder { get; init; }

    /// <summary>The folder in which the virus scanner looks at documents of partners, before they are handed on: one that no exclusion covers.</summary>
    public WindowsPath ScanFolder { get; init; } = WindowsPath.Of(@"E:\VISUS\scan");

    /// <summary>
    /// The program that scans a document, and its arguments; the file is the last. It ends with 0 where the file is clean, with 1 where it is infected. Microsoft Defender
    /// where none is named.
    /// </summary>
    public IReadOnlyList<string> ScanCommand { get; init; } = [];

    /// <summary>The network's mail servers, in the order in which they are tried.</summary>
    [Length(1, 32)]
    public IReadOnlyList<MailServer> Servers { get; init; } = MailServer.Defaults;

    /// <summary>The certificate by which this site authenticates itself.</summary>
    public ClientCertificate ClientCertificate { get; init; } = new();

    /// <summary>The network's certificate authority. Until its digest is pinned, NET-3 and NET-4 stay <c>not assessed</c>: a name alone proves nothing.</summary>
    public CertificateAuthority Authority { get; init; } = new();
}

/// <summary>One mail server.</summary>
public sealed record MailServer
{
    /// <summary>Its name.</summary>
    public required HostName Host { get; init; }

    /// <summary>Port of SMTP with STARTTLS (RFC 3207).</summary>
    [Range(1, 65535)]
    public int SmtpPort { get; init; } = 25;

    /// <summary>Port of POP3 over TLS (RFC 8314).</summary>
    [Range(1, 65535)]
    public int Pop3sPort { get; init; } = 995;

    /// <summary>mail1 to mail6 of the system requirements.</summary>
    public static IReadOnlyList<MailServer> Defaults { get; } =
        [.. Enumerable.Range(1, 6).Select(n => new MailServer { Host = Name($"mail{n}.dicommail.com") })];

    private static HostName Name(string text) => HostName.TryRead(text, out var name) ? name : throw new FormatException(text);
}

/// <summary>A certificate in Windows' machine store.</summary>
public sealed record ClientCertificate
{
    /// <summary>A part of its subject that finds it (<c>CN=gateway@example.org</c>).</summary>
    public string Subject { get; init; } = "CN=DICOM-Mail Gateway";

    /// <summary>Warn this many days before it ends (NET-3, X-CERT).</summary>
    [Range(1, 365)]
    public int WarnDaysBefore { get; init; } = 60;
}

/// <summary>A certificate authority, pinned by its certificate's digest.</summary>
public sealed record CertificateAuthority
{
    /// <summary>Its subject, for messages.</summary>
    public string Subject { get; init; } = "CN=DICOM-Mail Network CA";

    /// <summary>SHA-256 of its certificate (DER), as the network's operator hands it out.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>Whether its revocation list or OCSP server is asked, over HTTP, as certificates name it, for those that it has taken back. A list that cannot be had refuses nobody. A rehearsal asks nobody.</summary>
    public bool AskRevocation { get; init; }
}
