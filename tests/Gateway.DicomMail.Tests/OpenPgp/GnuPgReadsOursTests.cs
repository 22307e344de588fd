using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>gpg is the partner that everybody has: it must open what is made here, and find our signature valid.</summary>
public sealed class GnuPgReadsOursTests(GnuPg gpg) : IClassFixture<GnuPg>
{
    public static MatrixTheoryData<KeyAlgorithm, Compression, bool> Kinds => new(
        [KeyAlgorithm.Rsa3072, KeyAlgorithm.Curve25519], [Compression.None, Compression.Huffman, Compression.Fast], [false, true]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gpg_decrypts_and_verifies(KeyAlgorithm algorithm, Compression compression, bool armored)
    {
        var key = Keys.Of(algorithm);
        foreach (var length in (int[])[0, 1, 100_000, 1_000_003])
        {
            var content = Messages.Content(length);
            Assert.Equal(content, gpg.OpenSigned(Messages.Seal(content, key, [key.Public], compression, armored), key));
        }
    }

    [Fact]
    public void Gpg_imports_a_secret_key_and_names_it_as_we_do()
    {
        foreach (var key in (OwnKey[])[Keys.Rsa, Keys.Curve])
        {
            var listed = gpg.Run("--with-colons", "--list-secret-keys", key.Fingerprint.Value);
            Assert.Contains($":{key.Fingerprint}:", listed, StringComparison.Ordinal);
            Assert.Contains(key.Public.UserIds[0], listed, StringComparison.Ordinal);
            var primary = listed.Split('\n').Single(line => line.StartsWith("sec:", StringComparison.Ordinal)).Split(':');
            Assert.Equal(key.Expires!.Value.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), primary[6]);
        }
    }

    [Fact]
    public void Each_of_several_recipients_opens_the_message()
    {
        var content = Messages.Content(5000);
        var message = Messages.Seal(content, Keys.Rsa, [Keys.Curve.Public, Keys.Rsa.Public, Keys.Stranger.Public]);
        Assert.Equal(content, gpg.OpenSigned(message, Keys.Rsa));
        Assert.Equal(content, Messages.Open(message, new KeyRing([Keys.Stranger], [])).Content);
    }

    [Theory]
    [InlineData(KeyAlgorithm.Rsa3072)]
    [InlineData(KeyAlgorithm.Curve25519)]
    public void Gpg_verifies_a_detached_signature(KeyAlgorithm algorithm)
    {
        using var content = new MemoryStream(Messages.Content(70_000));
        File.WriteAllText(gpg.FileOf("receipt.asc"), DetachedSignature.Sign(content, Keys.Of(algorithm), Keys.Now));
        var said = gpg.Run("--verify", gpg.FileOf("receipt.asc"), gpg.Write("receipt", content.ToArray()));
        Assert.Contains($"VALIDSIG {Keys.Of(algorithm).Fingerprint}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Gpg_opens_nothing_of_a_message_that_was_not_completed()
    {
        using var message = new MemoryStream();
        using (var sealing = EncryptingStream.Open(message, Keys.Curve, [Keys.Curve.Public], Compression.None, Keys.Now))
            sealing.Write(Messages.Content(3_000_000));
        Assert.NotEqual(0, gpg.Try("--output", gpg.FileOf("opened"), "--decrypt", gpg.Write("message", message.ToArray())).Code);
        Assert.Equal(OpenPgpProblem.NotWhole, Assert.Throws<OpenPgpException>(() => Messages.Open(message.ToArray())).Problem);
    }
}
