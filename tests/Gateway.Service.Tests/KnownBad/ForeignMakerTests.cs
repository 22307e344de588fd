using System.Diagnostics;
using System.Text;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Partnering;
using Gateway.Service.Tests.Running;
using MimeKit;
using MimeKit.Cryptography;
using Xunit;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>Mail that other programs made is read, and they read ours.</summary>
[Collection(KnownBadMail.Name)]
public sealed class ForeignMakerTests(FedGateway gateway)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("related")]
    [InlineData("mixed")]
    public async Task What_Python_builds_and_gpg_seals_is_read(string kind)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("python3", "gpg"), "python3 or gpg is not installed");
        var (one, other) = (gateway.NewImage(), gateway.NewImage());
        var folder = Directory.CreateTempSubdirectory("maker-");
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, "one"), one.ToFile());
            File.WriteAllBytes(Path.Combine(folder.FullName, "other"), other.ToFile());
            File.WriteAllBytes(Path.Combine(folder.FullName, "secret"), gateway.North.Key.Write());
            File.WriteAllBytes(Path.Combine(folder.FullName, "public"), gateway.Site.Key.Public.Write());
            var (code, said) = await Dcmtk.RunAsync("python3", ["-c", Script, folder.FullName, kind, gateway.North.Address, gateway.Site.Address], Cancellation);
            Assert.True(code == 0, said);

            var mail = gateway.Lay(await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "mail"), Cancellation));

            Assert.Equal("north", (string?)(await gateway.SaysAsync("opened", mail))["partner"]);
            await gateway.AreThereOnceAsync(one, other);
        }
        finally
        {
            using (var kill = Process.Start("gpgconf", ["--homedir", Path.Combine(folder.FullName, "home"), "--kill", "all"]))
                await kill.WaitForExitAsync(Cancellation);
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_MimeKit_makes_is_read()
    {
        var folder = Directory.CreateTempSubdirectory("mimekit-");
        using (var context = new Context(folder.FullName))
        {
            context.Import(new Org.BouncyCastle.Bcpg.OpenPgp.PgpSecretKeyRing(gateway.East.Key.Write()), Cancellation);
            context.Import(new Org.BouncyCastle.Bcpg.OpenPgp.PgpPublicKeyRing(gateway.Site.Key.Public.Write()), Cancellation);
            var image = gateway.NewImage();
            using var part = new MimePart("application", "dicom") { Content = new MimeContent(new MemoryStream(image.ToFile())), ContentTransferEncoding = ContentEncoding.Base64, FileName = "Röntgen.dcm" };
            using var related = new MultipartRelated { part };
            var (from, to) = (new MailboxAddress("Klinik Süd", gateway.East.Address), new MailboxAddress("Gateway of south", gateway.Site.Address));
            using var message = new MimeMessage([from], [to], "DICOM-eMail", MultipartEncrypted.SignAndEncrypt(context, from, DigestAlgorithm.Sha256, EncryptionAlgorithm.Aes256, [to], related, Cancellation));
            using var text = new MemoryStream();
            await message.WriteToAsync(text, Cancellation);

            await gateway.SaysAsync("opened", gateway.Lay(text.ToArray()));
            await gateway.AreThereOnceAsync(image);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_fragments_that_the_gateway_sends_are_joined_by_munpack_to_what_it_encrypted()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("munpack"), "munpack is not installed (mpack)");
        gateway.Site.Knows((gateway.North.Entry, gateway.North.Key.Public), (gateway.East.Entry with { MessagePartial = true, MaximumMessageBytes = 100_000 }, gateway.East.Key.Public));
        var image = gateway.NewImage(200_000);
        var before = gateway.SentTo(gateway.East).Count;
        await SentStudy.StoreAsync(gateway.Site.Gateway, [image], "TO_EAST");
        await Eventually.HoldsAsync(() => gateway.SentTo(gateway.East).Skip(before).Count(IsFragment) >= 3 && gateway.Site.Events("accepted").Any(line => ((string?)line["text"])!.Length > 0));
        await Eventually.HoldsAsync(async () => (string?)(await gateway.Site.AskAsync($"studies/{image.Study}/trace"))?["arrivals"]?.AsArray().SingleOrDefault(one => (string?)one!["target"] == "east")?["answer"] == "not known yet: the partner has not answered", 60);
        var fragments = gateway.SentTo(gateway.East).Skip(before).Where(IsFragment).ToList();
        var folder = Directory.CreateTempSubdirectory("munpack-");
        foreach (var (number, fragment) in fragments.Index())
            File.WriteAllBytes(Path.Combine(folder.FullName, $"{number}.mail"), [.. fragment.Where(octet => octet != '\r')]); // as a mail server lays it down on Debian

        var (code, said) = await Dcmtk.RunAsync("env", ["-C", folder.FullName, $"TMPDIR={folder.FullName}", "munpack", "-f", .. Enumerable.Range(0, fragments.Count).Select(number => $"{number}.mail")], Cancellation);

        Assert.True(code == 0, said);
        var joined = string.Concat(fragments.Select(fragment => Encoding.Latin1.GetString(fragment)).Select(text => text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
        var armour = joined[joined.IndexOf("-----BEGIN", StringComparison.Ordinal)..(joined.IndexOf("-----END PGP MESSAGE-----", StringComparison.Ordinal) + 25)].ReplaceLineEndings("\n");
        Assert.Equal(armour, (await File.ReadAllTextAsync(Path.Combine(folder.FullName, "encrypted.asc"), Cancellation)).ReplaceLineEndings("\n").TrimEnd());
        folder.Delete(recursive: true);

        static bool IsFragment(byte[] mail) => Encoding.Latin1.GetString(mail).Contains("message/partial", StringComparison.Ordinal);
    }

    private const string Script =
        """
        import os, subprocess, sys
        from email.message import EmailMessage
        from email.mime.application import MIMEApplication
        from email.mime.multipart import MIMEMultipart
        from email.encoders import encode_7or8bit
        folder, kind, sender, to = sys.argv[1:]
        at = lambda name: os.path.join(folder, name)
        os.mkdir(at("home"), 0o700)
        gpg = lambda *words: subprocess.run(["gpg", "--homedir", at("home"), "--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", "--trust-model", "always", *words], check=True, capture_output=True)
        gpg("--import", at("secret")); gpg("--import", at("public"))
        inner = MIMEMultipart(kind)
        for name in ("one", "other"):
            part = MIMEApplication(open(at(name), "rb").read(), "dicom", name=("utf-8", "de", "Röntgen " + name + ".dcm"))
            part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", "Röntgen.dcm"))
            inner.attach(part)
        open(at("inner"), "wb").write(inner.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        gpg("--armor", "--sign", "--encrypt", "--local-user", sender, "--recipient", to, "--output", at("inner.asc"), at("inner"))
        outer = MIMEMultipart("encrypted", protocol="application/pgp-encrypted")
        outer["From"], outer["To"], outer["Subject"], outer["Message-ID"] = "Klinik Süd <" + sender + ">", to, "DICOM-eMail", "<" + os.urandom(8).hex() + "@python.example>"
        outer.attach(MIMEApplication(b"Version: 1\n", "pgp-encrypted", encode_7or8bit))
        outer.attach(MIMEApplication(open(at("inner.asc"), "rb").read(), "octet-stream", encode_7or8bit, name="encrypted.asc"))
        open(at("mail"), "wb").write(outer.as_bytes())
        """;

    private sealed class Context(string folder) : GnuPGContext(folder)
    {
        protected override string GetPasswordForKey(Org.BouncyCastle.Bcpg.OpenPgp.PgpSecretKey key) => "";
    }
}
