using System.Text.RegularExpressions;

namespace Gateway.Service.Configuration;

/// <summary>The section of mail.</summary>
internal sealed partial class ConfigurationFile
{
    private MailSettings? MailOf(MailSection mail)
    {
        if (mail.Transport == "none")
            return null;
        if (!PlainAddress().IsMatch(mail.Address))
            Add("GW7016", "/mail/address", $"\"{mail.Address}\"", "this gateway's mail address, such as gateway@hospital.example");
        if (mail.AuthoritySha256.Length > 0 && !Sha256().IsMatch(mail.AuthoritySha256))
            Add("GW7016", "/mail/authoritySha256", $"\"{mail.AuthoritySha256}\"", "64 hexadecimal characters, or nothing");
        var isFolder = mail.Transport == "folder";
        if (!isFolder && mail.Servers.Count == 0)
            Add("GW7016", "/mail/servers", "none", "one server at least");
        return new MailSettings(
            mail.Address,
            mail.Account.Length == 0 ? mail.Address : mail.Account,
            isFolder ? Folder("/mail/folder", mail.Folder) : null,
            isFolder ? [] : [.. mail.Servers.Select((server, index) => new MailServerSettings(
                server.Host, server.SmtpPort, server.Pop3sPort, server.Address.Length == 0 ? null : Address($"/mail/servers/{index}/address", server.Address)))],
            NullIfEmpty(mail.AuthoritySha256.ToLowerInvariant()),
            OptionalFile("/mail/authorityFile", mail.AuthorityFile),
            mail.Revocation == "online",
            NullIfEmpty(mail.CertificateSubject),
            OptionalFile("/mail/certificateFile", mail.CertificateFile),
            TimeSpan.FromSeconds(mail.PollSeconds),
            Time("/mail/checkAt", mail.CheckAt),
            Folder("/mail/keysFolder", mail.KeysFolder),
            Folder("/mail/partnersFolder", mail.PartnersFolder),
            drives.AreReal,
            Folder("/mail/scanFolder", mail.ScanFolder),
            mail.ScanCommand);
    }

    [GeneratedRegex(@"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}$")]
    private static partial Regex PlainAddress();

    [GeneratedRegex("^[0-9A-Fa-f]{64}$")]
    private static partial Regex Sha256();
}
