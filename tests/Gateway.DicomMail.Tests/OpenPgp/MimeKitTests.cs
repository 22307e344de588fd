using Gateway.DicomMail.OpenPgp;
using MimeKit;
using MimeKit.Cryptography;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>MimeKit, with BouncyCastle's OpenPGP below it, is what another gateway may be made of.</summary>
public sealed class MimeKitTests : IDisposable
{
    private static readonly MailboxAddress Rsa = new("Praxis Süd", "sued@rsa.example");
    private static readonly MailboxAddress Curve = new("Klinik Nord", "nord@curve.example");

    private readonly string folder = Directory.CreateTempSubdirectory("mimekit-").FullName;
    private readonly Context context;

    public MimeKitTests()
    {
        context = new Context(folder);
        foreach (var key in (OwnKey[])[Keys.Rsa, Keys.Curve])
        {
            context.Import(new Org.BouncyCastle.Bcpg.OpenPgp.PgpSecretKeyRing(key.Write()), TestContext.Current.CancellationToken);
            context.Import(new Org.BouncyCastle.Bcpg.OpenPgp.PgpPublicKeyRing(key.Public.Write()), TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        context.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_message_of_MimeKit_is_decrypted_and_its_signature_verified()
    {
        using var part = new MimePart("application", "dicom") { Content = new MimeContent(new MemoryStream(Messages.Content(200_000))), ContentTransferEncoding = ContentEncoding.Base64 };
        foreach (var (signer, key) in ((MailboxAddress, OwnKey)[])[(Rsa, Keys.Rsa), (Curve, Keys.Curve)])
        {
            using var message = MultipartEncrypted.SignAndEncrypt(context, signer, DigestAlgorithm.Sha256, EncryptionAlgorithm.Aes256, [Rsa, Curve], part, TestContext.Current.CancellationToken);
            using var body = new MemoryStream();
            ((MimePart)message[1]).Content!.DecodeTo(body, TestContext.Current.CancellationToken);
            var (content, verdict) = Messages.Open(body.ToArray());
            Assert.Equal(key.Fingerprint, Assert.IsType<SignatureVerdict.Good>(verdict).Signer);
            using var opened = (MimePart)MimeEntity.Load(new MemoryStream(content), TestContext.Current.CancellationToken);
            using var bytes = new MemoryStream();
            opened.Content!.DecodeTo(bytes, TestContext.Current.CancellationToken);
            Assert.Equal(Messages.Content(200_000), bytes.ToArray());
        }
    }

    [Fact]
    public void MimeKit_decrypts_ours_and_verifies_it()
    {
        using var text = new MemoryStream();
        using (var part = new TextPart("plain") { Text = "Befund" })
            part.WriteTo(text, TestContext.Current.CancellationToken);
        foreach (var compression in Enum.GetValues<Compression>())
        {
            using var encrypted = new MultipartEncrypted
            {
                new MimePart("application", "pgp-encrypted") { Content = new MimeContent(new MemoryStream("Version: 1\r\n"u8.ToArray())) },
                new MimePart("application", "octet-stream") { Content = new MimeContent(new MemoryStream(Messages.Seal(text.ToArray(), Keys.Rsa, [Keys.Curve.Public], compression, armored: true))) },
            };
            encrypted.ContentType.Parameters["protocol"] = "application/pgp-encrypted";
            using var opened = (TextPart)encrypted.Decrypt(context, out var signatures, TestContext.Current.CancellationToken);
            Assert.Equal("Befund", opened.Text.TrimEnd());
            Assert.True(Assert.Single(signatures!).Verify());
        }
    }

    [Fact]
    public void A_detached_signature_of_MimeKit_is_verified()
    {
        var content = "Content-Type: text/plain\r\n\r\nreceived\r\n"u8.ToArray();
        using var signature = context.Sign(Rsa, DigestAlgorithm.Sha256, new MemoryStream(content), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(signature.Content!.Open());
        Assert.Equal(Keys.Rsa.Fingerprint, Assert.IsType<SignatureVerdict.Good>(DetachedSignature.Verify(new MemoryStream(content), reader.ReadToEnd(), Keys.Ring)).Signer);
    }

    private sealed class Context(string folder) : GnuPGContext(folder)
    {
        protected override string GetPasswordForKey(Org.BouncyCastle.Bcpg.OpenPgp.PgpSecretKey key) => "";
    }
}
