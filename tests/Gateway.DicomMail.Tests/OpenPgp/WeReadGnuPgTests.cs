using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>What gpg makes is read here, whatever it was told.</summary>
public sealed class WeReadGnuPgTests(GnuPg gpg) : IClassFixture<GnuPg>
{
    private static readonly string[] ToBoth = ["--recipient", Keys.Curve.Fingerprint.Value, "--recipient", Keys.Rsa.Fingerprint.Value];

    public static TheoryData<string> Options => new(
        "", "-z 0", "-z 6", "-z 1", "--compress-algo zip", "--compress-algo zlib", "--compress-algo bzip2", "--compress-algo none", "--armor", "--armor --comment trial",
        "--textmode", "--textmode --armor", "--throw-keyids", "--cipher-algo AES128", "--cipher-algo AES192", "--digest-algo SHA512", "--digest-algo SHA384", "--rfc4880",
        "--local-user CURVE", "--local-user CURVE --textmode", "--local-user CURVE --digest-algo SHA512");

    [Theory]
    [MemberData(nameof(Options))]
    public void A_message_of_gpg_is_decrypted_and_its_signature_verified(string options)
    {
        var named = options.Replace("RSA", Keys.Rsa.Fingerprint.Value, StringComparison.Ordinal).Replace("CURVE", Keys.Curve.Fingerprint.Value, StringComparison.Ordinal);
        var signer = options.Contains("--local-user CURVE", StringComparison.Ordinal) ? Keys.Curve : Keys.Rsa;
        foreach (var content in Contents(text: options.Contains("--textmode", StringComparison.Ordinal)))
        {
            var message = gpg.Seal(content, ["--default-key", Keys.Rsa.Fingerprint.Value, .. named.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. ToBoth, "--sign", "--encrypt"]);
            foreach (var own in (OwnKey[])[Keys.Rsa, Keys.Curve])
            {
                var (opened, verdict) = Messages.Open(message, new KeyRing([own], [signer.Public]));
                Assert.Equal(content, opened);
                var good = Assert.IsType<SignatureVerdict.Good>(verdict);
                Assert.Equal(signer.Fingerprint, good.Signer);
                Assert.InRange(good.At, Keys.Now, DateTimeOffset.UtcNow.AddSeconds(1));
            }
        }
    }

    [Fact]
    public void Of_two_signers_either_is_named_and_both_must_be_right()
    {
        var message = gpg.Seal(Messages.Content(5000), ["--local-user", Keys.Rsa.Fingerprint.Value, "--local-user", Keys.Curve.Fingerprint.Value, .. ToBoth, "--sign", "--encrypt"]);
        foreach (var known in (OwnKey[])[Keys.Rsa, Keys.Curve])
            Assert.Equal(known.Fingerprint, Assert.IsType<SignatureVerdict.Good>(Messages.Open(message, new KeyRing([known], [])).Verdict).Signer);
        Assert.Contains(Assert.IsType<SignatureVerdict.Good>(Messages.Open(message).Verdict).Signer, (Fingerprint[])[Keys.Rsa.Fingerprint, Keys.Curve.Fingerprint]);
    }

    [Fact]
    public void A_message_that_nobody_signed_says_so()
    {
        var message = gpg.Seal(Messages.Content(5000), [.. ToBoth, "--encrypt"]);
        Assert.IsType<SignatureVerdict.None>(Messages.Open(message).Verdict);
    }

    [Fact]
    public void A_message_without_a_modification_detection_code_is_refused()
    {
        // gpg makes none any more: the packet is made from one with a code, whose content it wraps as RFC 9580 section 5.7 did.
        var message = gpg.Seal(Messages.Content(5000), [.. ToBoth, "-z", "0", "--sign", "--encrypt"]);
        using var input = new MemoryStream(message);
        using var output = new MemoryStream();
        while (Packet.Next(input) is { } packet)
        {
            using var body = new MemoryStream();
            packet.CopyTo(body);
            var isSealed = packet.Tag == Org.BouncyCastle.Bcpg.PacketTag.SymmetricEncryptedIntegrityProtected;
            Packet.Write(output, isSealed ? Org.BouncyCastle.Bcpg.PacketTag.SymmetricKeyEncrypted : packet.Tag, isSealed ? body.ToArray().AsSpan(1) : body.ToArray());
        }

        Assert.Equal(OpenPgpProblem.NoIntegrity, Assert.Throws<OpenPgpException>(() => Messages.Open(output.ToArray())).Problem);
    }

    [Fact]
    public void A_message_that_is_not_encrypted_is_refused()
    {
        foreach (var options in (string[][])[["--store"], ["--sign"], ["--sign", "-z", "0"], ["--armor", "--sign"]])
            Assert.Equal(OpenPgpProblem.NotEncrypted, Assert.Throws<OpenPgpException>(() => Messages.Open(gpg.Seal(Messages.Content(500), options))).Problem);
    }

    [Fact]
    public void A_message_for_somebody_else_is_refused()
    {
        var message = gpg.Seal(Messages.Content(500), "--recipient", Keys.Rsa.Fingerprint.Value, "--encrypt");
        Assert.Equal(OpenPgpProblem.NotForUs, Assert.Throws<OpenPgpException>(() => Messages.Open(message, new KeyRing([Keys.Curve], []))).Problem);
    }

    [Fact]
    public void A_cipher_that_is_not_AES_is_refused()
    {
        var message = gpg.Seal(Messages.Content(500), [.. ToBoth, "--cipher-algo", "CAMELLIA256", "--encrypt"]);
        Assert.Equal(OpenPgpProblem.Unsupported, Assert.Throws<OpenPgpException>(() => Messages.Open(message)).Problem);
    }

    [Fact]
    public void A_signature_with_SHA_1_does_not_count()
    {
        var message = gpg.Seal(Messages.Content(500), [.. ToBoth, "--digest-algo", "SHA1", "--local-user", Keys.Rsa.Fingerprint.Value, "--sign", "--encrypt"]);
        Assert.IsType<SignatureVerdict.Bad>(Messages.Open(message).Verdict);
    }

    [Fact]
    public void A_detached_signature_of_gpg_is_verified()
    {
        var content = Contents(text: true)[1];
        foreach (var options in (string[][])[["--armor"], ["--armor", "--textmode"]])
        {
            var armored = System.Text.Encoding.ASCII.GetString(gpg.Seal(content, [.. options, "--local-user", Keys.Rsa.Fingerprint.Value, "--detach-sign"]));
            Assert.Equal(Keys.Rsa.Fingerprint, Assert.IsType<SignatureVerdict.Good>(Verify(content, armored, Keys.Ring)).Signer);
            Assert.IsType<SignatureVerdict.Bad>(Verify([.. content, 33], armored, Keys.Ring));
            Assert.Equal(new SignatureVerdict.UnknownSigner(Keys.Rsa.Fingerprint.KeyId), Verify(content, armored, new KeyRing([], [Keys.Curve.Public])));
            Assert.IsType<SignatureVerdict.Bad>(Verify(content, "nothing", Keys.Ring));
        }
    }

    [Theory]
    [InlineData("rsa3072", "cipher-algo AES256")]
    [InlineData("future-default", "s2k-cipher-algo AES128")]
    public void A_secret_key_of_gpg_is_imported_with_its_passphrase(string algorithm, string option)
    {
        var name = $"Imported {algorithm} <{algorithm}@gpg.example>";
        gpg.Run("--passphrase", "sésame", "--quick-generate-key", name, algorithm, "default", "1y");
        if (algorithm == "rsa3072")
        {
            var listed = gpg.Run("--with-colons", "--list-keys", name).Split('\n').First(line => line.StartsWith("fpr", StringComparison.Ordinal)).Split(':')[9];
            gpg.Run("--passphrase", "sésame", "--quick-add-key", listed, "rsa3072", "encr", "1y");
        }

        var exported = gpg.Seal([], ["--passphrase", "sésame", $"--{option.Split(' ')[0]}", option.Split(' ')[1], "--armor", "--export-secret-keys", name]);
        exported = File.ReadAllBytes(gpg.FileOf("sealed"));
        Assert.Equal(OpenPgpProblem.WrongPassphrase, Assert.Throws<OpenPgpException>(() => OwnKey.Read(exported, "open")).Problem);
        Assert.Equal(OpenPgpProblem.WrongPassphrase, Assert.Throws<OpenPgpException>(() => OwnKey.Read(exported, null)).Problem);
        var key = Assert.Single(OwnKey.Read(exported, "sésame"));
        Assert.Equal(name, Assert.Single(key.Public.UserIds));

        // What is kept is protected by nothing, and is the same key.
        key = Assert.Single(OwnKey.Read(key.Write(), null));
        var message = gpg.Seal(Messages.Content(500), "--passphrase", "sésame", "--recipient", name, "--local-user", name, "--sign", "--encrypt");
        var (content, verdict) = Messages.Open(message, new KeyRing([key], []));
        Assert.Equal(Messages.Content(500), content);
        Assert.Equal(key.Fingerprint, Assert.IsType<SignatureVerdict.Good>(verdict).Signer);
        using var signed = new MemoryStream(content);
        File.WriteAllText(gpg.FileOf("key.asc"), DetachedSignature.Sign(signed, key, DateTimeOffset.UtcNow));
        Assert.Contains("GOODSIG", gpg.Run("--verify", gpg.FileOf("key.asc"), gpg.Write("key", content)), StringComparison.Ordinal);
    }

    private static SignatureVerdict Verify(byte[] content, string armored, KeyRing ring)
    {
        using var stream = new MemoryStream(content);
        return DetachedSignature.Verify(stream, armored, ring);
    }

    private static byte[][] Contents(bool text) => text
        ? [[], System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 3000).Select(line => $"Zeile {line}: Grüße\r\n")))]
        : [[], Messages.Content(300_000)];
}
