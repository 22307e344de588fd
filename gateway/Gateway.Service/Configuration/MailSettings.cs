using System.Net;

namespace Gateway.Service.Configuration;

/// <summary>The mail that partners are reached by.</summary>
/// <param name="Address">This gateway's address.</param>
/// <param name="Account">The name of its mailbox on the servers.</param>
/// <param name="Folder">The folder of the pickup transport; null where there are servers.</param>
/// <param name="Servers">The servers; none with a folder.</param>
/// <param name="AuthoritySha256">The digest of the network's authority; null where none is pinned.</param>
/// <param name="AuthorityFile">Its certificate; null where the servers send it.</param>
/// <param name="AsksRevocation">Whether the authority's lists are asked for certificates that it has taken back.</param>
/// <param name="CertificateSubject">A part of the subject of our certificate in the machine's store; null for none.</param>
/// <param name="CertificateFile">The file with our certificate and its key; null for none.</param>
/// <param name="Poll">How often each mailbox is asked.</param>
/// <param name="CheckAt">The local time of day at which the line to each partner is checked; null for never.</param>
/// <param name="KeysFolder">The folder with keys.</param>
/// <param name="PartnersFolder">The folder with the partner directory.</param>
/// <param name="HasMachineStore">Whether this machine keeps certificates in Windows' stores.</param>
/// <param name="ScanFolder">The folder in which the virus scanner looks at documents.</param>
/// <param name="ScanCommand">The program that scans them and its arguments; none: Microsoft Defender on Windows, elsewhere what scans on access.</param>
internal sealed record MailSettings(
    string Address, string Account, string? Folder, IReadOnlyList<MailServerSettings> Servers, string? AuthoritySha256, string? AuthorityFile,
    bool AsksRevocation, string? CertificateSubject, string? CertificateFile, TimeSpan Poll, TimeOnly? CheckAt, string KeysFolder, string PartnersFolder, bool HasMachineStore,
    string ScanFolder, IReadOnlyList<string> ScanCommand)
{
    /// <summary>The folder with requests for certificates of the transport, and where the machine has no store with their keys.</summary>
    public string TransportFolder => Path.Combine(KeysFolder, "transport");

    /// <summary>The same partners, reached through a folder: nothing that is sent leaves the machine.</summary>
    public MailSettings InFolder(string folder) => this with { Folder = folder, Servers = [] };
}

/// <summary>A mail server.</summary>
/// <param name="Host">Its host name.</param>
/// <param name="SmtpPort">The port of SMTP.</param>
/// <param name="Pop3sPort">The port of POP3S.</param>
/// <param name="At">Its address; null: what its name resolves to.</param>
internal sealed record MailServerSettings(string Host, int SmtpPort, int Pop3sPort, IPAddress? At);
