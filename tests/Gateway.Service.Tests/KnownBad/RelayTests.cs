using System.Text;
using System.Text.RegularExpressions;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>What relays, scanners and list servers do to a mail on its way, and what comes again by another way.</summary>
[Collection(KnownBadMail.Name)]
public sealed class RelayTests(FedGateway gateway)
{
    [Fact]
    public async Task A_mail_whose_form_was_changed_on_the_way_is_read_all_the_same()
    {
        Dictionary<string, Func<string, string>> changes = new()
        {
            ["LF for CRLF"] = mail => mail.Replace("\r\n", "\n", StringComparison.Ordinal),
            ["blanks at the ends of lines"] = mail => Regex.Replace(mail, "(?<=[^\r\n])\r\n", " \t\r\n"),
            ["blanks removed, lines empty"] = mail => Regex.Replace(mail, "[ \t]+\r\n", "\r\n"),
            ["armour wrapped at 50"] = mail => Regex.Replace(mail, "^([A-Za-z0-9+/]{50})([A-Za-z0-9+/=]+)\r$", "$1\r\n$2\r", RegexOptions.Multiline),
            ["headers folded"] = mail => mail.Replace("Content-Type: multipart/encrypted; protocol", "Content-Type: multipart/encrypted;\r\n\t protocol", StringComparison.Ordinal).Replace("To: <", "To:\r\n <", StringComparison.Ordinal),
            ["headers in another case"] = mail => mail.Replace("Content-Type", "CONTENT-TYPE", StringComparison.Ordinal).Replace("multipart/encrypted", "Multipart/Encrypted", StringComparison.Ordinal),
            ["mbox From line"] = mail => "From gateway@north.example Sun Nov 29 08:00:00 2026\r\n" + mail,
            ["escaped From line in the preamble"] = mail => Regex.Replace(mail, "\r\n\r\n--", "\r\n\r\n>From us: a preamble\r\n\r\n--", RegexOptions.None, TimeSpan.FromSeconds(1)),
            ["a subject prefix and traces"] = mail => "Received: from a by b;\r\n Sun, 29 Nov 2026 08:00:00 +0000\r\nX-Spam-Status: No\r\n" + mail.Replace("Subject: ", "Subject: [EXTERN] =?utf-8?Q?Vorsicht_=C3=A4?= ", StringComparison.Ordinal),
            ["names in RFC 2047 and 2231"] = mail => mail.Replace("From: <", "From: =?iso-8859-1?Q?Klinik_S=FCd?= <", StringComparison.Ordinal).Replace("name=\"encrypted.asc\"", "name*=utf-8''verschl%C3%BCsselt.asc", StringComparison.Ordinal),
            ["armour in base64"] = mail => Recoded(mail, "base64", armour => Convert.ToBase64String(armour, Base64FormattingOptions.InsertLineBreaks)),
            ["armour in quoted-printable"] = mail => Recoded(mail, "quoted-printable", armour => Encoding.Latin1.GetString(armour).Replace("=", "=3D", StringComparison.Ordinal).Replace("A", "=41", StringComparison.Ordinal)),
            ["named 8bit"] = mail => mail.Replace("Content-Type: application/octet-stream", "Content-Transfer-Encoding: 8bit\r\nContent-Type: application/octet-stream", StringComparison.Ordinal),
            ["a disclaimer around it"] = mail => Wrapped(mail, "multipart/mixed", "text/plain", "This mail may be confidential.\r\n"),
            ["two of them"] = mail => Wrapped(Wrapped(mail, "multipart/mixed", "text/plain", "Outer.\r\n"), "multipart/mixed", "text/html", "<p>Inner.</p>\r\n"),
            ["parts of a server that knows no multipart/encrypted"] = mail => mail.Replace("multipart/encrypted; protocol=\"application/pgp-encrypted\"", "multipart/mixed", StringComparison.Ordinal),
            ["a footer behind the end"] = mail => mail + "\r\n--\r\nA list of gateways, https://lists.example\r\n",
            ["no last line end"] = mail => mail.TrimEnd(),
        };
        List<(string Change, string Mail, Image Image)> laid = [];
        foreach (var (change, apply) in changes)
        {
            var image = gateway.NewImage();
            laid.Add((change, gateway.Lay(Encoding.Latin1.GetBytes(apply(Encoding.Latin1.GetString(gateway.North.Study(gateway, image))))), image));
        }

        foreach (var (change, mail, _) in laid)
            Assert.Equal($"{change}: opened", $"{change}: {await gateway.FateAsync(mail)}");
        await gateway.AreThereOnceAsync([.. laid.Select(one => one.Image)]);
        await gateway.GoesOnAsync();
    }

    [Fact]
    public async Task A_mail_that_was_spoiled_on_the_way_is_refused_and_its_images_with_it()
    {
        var images = new List<Image>();
        List<(string Mail, string Reason)> laid = [];
        byte[] Good()
        {
            images.Add(gateway.NewImage(20_000));
            return gateway.North.Study(gateway, images[^1]);
        }

        for (var sixteenth = 0; sixteenth < 16; sixteenth++)
        {
            var mail = Good();
            laid.Add((gateway.Lay(mail[..(mail.Length * sixteenth / 16)]), "."));
        }

        laid.Add((gateway.Lay(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Good()).Replace("\r\n", "\r", StringComparison.Ordinal))), "."));
        laid.Add((gateway.Lay(Encoding.Latin1.GetBytes(new Regex("^[A-Za-z0-9+/]{48,}\r\n", RegexOptions.Multiline).Replace(Encoding.Latin1.GetString(Good()), "", 1, 2000))), "."));
        laid.Add((gateway.Lay(Encoding.Latin1.GetBytes(Recoded(Encoding.Latin1.GetString(Good()), "base64", _ => "!!!! no base64 at all ÿÿÿ ====\r\n"))), "armoured block|empty|packet"));
        laid.Add((gateway.Lay(Encoding.Latin1.GetBytes(Recoded(Encoding.Latin1.GetString(Good()), "quoted-printable", armour => Encoding.Latin1.GetString(armour).Replace("A", "=ZZ", StringComparison.Ordinal)))), "."));
        laid.Add((gateway.Lay(new byte[5000]), "."));
        laid.Add((gateway.Lay([]), "."));
        foreach (var (mail, reason) in laid)
            await gateway.IsRefusedAsync(mail, reason);
        await gateway.GoesOnAsync([.. images]);
    }

    private static string Recoded(string mail, string encoding, Func<byte[], string> recode)
    {
        var armour = Regex.Match(mail, "-----BEGIN PGP MESSAGE-----.*-----END PGP MESSAGE-----\r\n", RegexOptions.Singleline).Value;
        return mail.Replace(armour, recode(Encoding.Latin1.GetBytes(armour)) + "\r\n", StringComparison.Ordinal)
            .Replace("Content-Type: application/octet-stream", $"Content-Transfer-Encoding: {encoding}\r\nContent-Type: application/octet-stream", StringComparison.Ordinal);
    }

    // The headers stay outside, what belongs to the content goes in with it.
    private static string Wrapped(string mail, string type, string addedType, string added)
    {
        var (head, body) = (mail[..(mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 2)], mail[(mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        var content = Regex.Match(head, "^Content-Type: [^\r]*\r\n", RegexOptions.Multiline).Value;
        return Encoding.Latin1.GetString(MimeText.Multipart(head.Replace(content, "", StringComparison.Ordinal), type,
            Encoding.Latin1.GetBytes($"{content}\r\n{body}"), MimeText.Entity($"Content-Type: {addedType}", Encoding.Latin1.GetBytes(added))));
    }
}
