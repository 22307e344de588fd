using System.Text;
using Gateway.DicomMail.OpenPgp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>Whose signature counts, and when; and which keys are taken at all.</summary>
public sealed class SignerTests(GnuPg gpg) : IClassFixture<GnuPg>
{
    [Fact]
    public void A_signer_who_is_known_is_named_by_his_primary_key()
    {
        foreach (var key in (OwnKey[])[Keys.Rsa, Keys.Curve])
        {
            var verdict = Messages.Open(Messages.Seal([1], key), new KeyRing([Keys.Curve], [key.Public])).Verdict;
            Assert.Equal(new SignatureVerdict.Good(key.Fingerprint, Keys.Now), verdict);
        }
    }

    [Fact]
    public void A_signer_who_is_not_known_is_named_by_his_key_id() => Assert.Equal(
        new SignatureVerdict.UnknownSigner(Keys.Stranger.Fingerprint.KeyId),
        Messages.Open(Messages.Seal([1], Keys.Stranger)).Verdict);

    [Fact]
    public void The_signature_is_not_known_before_the_end()
    {
        using var input = new MemoryStream(Messages.Seal(Messages.Content(100)));
        using var opened = DecryptingStream.Open(input, Keys.Ring, new());
        opened.ReadExactly(new byte[100]);
        Assert.Throws<InvalidOperationException>(() => opened.Signature);
        Assert.Equal(-1, opened.ReadByte());
        Assert.IsType<SignatureVerdict.Good>(opened.Signature);
    }

    [Fact]
    public void A_key_that_has_expired_signs_nothing_and_is_not_believed()
    {
        var message = Messages.Seal([1]);
        Assert.IsType<SignatureVerdict.Good>(Messages.Open(message, clock: new FakeTimeProvider(Keys.Curve.Expires!.Value.AddSeconds(-1))).Verdict);
        Assert.IsType<SignatureVerdict.Bad>(Messages.Open(message, clock: new FakeTimeProvider(Keys.Curve.Expires!.Value)).Verdict);
        Assert.False(Keys.Curve.Public.CanEncryptAt(Keys.Curve.Expires!.Value));
        Assert.True(Keys.Curve.Public.CanEncryptAt(Keys.Curve.Expires!.Value.AddSeconds(-1)));
        var late = Keys.Curve.Expires!.Value.AddDays(1);
        Assert.Equal(OpenPgpProblem.KeyUnusable, Assert.Throws<OpenPgpException>(() => EncryptingStream.Open(Stream.Null, Keys.Curve, [Keys.Rsa.Public], Compression.None, late)).Problem);
    }

    [Fact]
    public void A_key_that_was_revoked_neither_receives_nor_signs()
    {
        var key = OwnKey.Generate(KeyAlgorithm.Curve25519, "Revoked <revoked@curve.example>", Keys.Now.AddDays(-1), TimeSpan.FromDays(30));
        gpg.Import(key.Write());
        Assert.False(Exported(key).IsRevoked);
        var message = Messages.Seal([1], key);
        Assert.IsType<SignatureVerdict.Good>(Messages.Open(message, new KeyRing([Keys.Curve], [Exported(key)])).Verdict);

        File.WriteAllText(gpg.FileOf("answers"), "y\n0\n\ny\n");
        gpg.Run("--command-file", gpg.FileOf("answers"), "--no-batch", "--output", gpg.FileOf("revocation"), "--gen-revoke", key.Fingerprint.Value);
        gpg.Run("--trust-model", "pgp", "--import", gpg.FileOf("revocation"));

        var revoked = Exported(key);
        Assert.True(revoked.IsRevoked);
        Assert.False(revoked.CanEncryptAt(Keys.Now));
        Assert.IsType<SignatureVerdict.Bad>(Messages.Open(message, new KeyRing([Keys.Curve], [revoked])).Verdict);
    }

    [Fact]
    public void A_subkey_that_the_primary_key_did_not_sign_is_not_taken()
    {
        // The subkey of one certificate behind the primary key of another: its binding is of somebody else.
        var own = Packets(Keys.Curve.Public.Write());
        var foreign = Packets(Keys.Stranger.Public.Write());
        var mixed = Assert.Single(PublicKey.Read([.. own.Take(3).Concat(foreign.Skip(3)).SelectMany(packet => packet)]));
        Assert.Equal(Keys.Curve.Fingerprint, mixed.Fingerprint);
        Assert.False(mixed.CanEncryptAt(Keys.Now));
        Assert.True(Keys.Curve.Public.CanEncryptAt(Keys.Now));
    }

    [Fact]
    public void A_user_id_that_the_primary_key_did_not_sign_makes_no_key()
    {
        var own = Packets(Keys.Curve.Public.Write());
        var foreign = Packets(Keys.Stranger.Public.Write());
        Assert.Equal(OpenPgpProblem.KeyUnusable, Assert.Throws<OpenPgpException>(() => PublicKey.Read([.. own[0], .. foreign[1], .. own[2]])).Problem);
    }

    [Theory]
    [InlineData("rsa1024")]
    [InlineData("dsa2048")]
    public void A_weak_key_is_refused_with_its_reason(string algorithm)
    {
        gpg.Run("--passphrase", "", "--quick-generate-key", $"Weak {algorithm} <weak@{algorithm}.example>", algorithm, "sign", "1y");
        gpg.Run("--output", gpg.FileOf(algorithm), "--export", $"weak@{algorithm}.example");
        var refused = Assert.Throws<OpenPgpException>(() => PublicKey.Read(File.ReadAllBytes(gpg.FileOf(algorithm))));
        Assert.Equal(OpenPgpProblem.KeyUnusable, refused.Problem);
        Assert.Contains("weak", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_are_read_as_they_were_written_binary_and_armoured_one_or_several()
    {
        foreach (var key in (OwnKey[])[Keys.Rsa, Keys.Curve])
        {
            foreach (var read in (PublicKey[])[Assert.Single(PublicKey.Read(key.Public.Write())), Assert.Single(PublicKey.Read(key.Public.ToArmor()))])
            {
                Assert.Equal(key.Fingerprint, read.Fingerprint);
                Assert.Equal(key.Public.UserIds, read.UserIds);
                Assert.Equal(key.Expires, read.Expires);
                Assert.True(read.Holds(key.Fingerprint.KeyId));
                Assert.False(read.Holds(1));
            }
        }

        Fingerprint[] both = [Keys.Rsa.Fingerprint, Keys.Curve.Fingerprint];
        Assert.Equal(both, PublicKey.Read([.. Keys.Rsa.Public.Write(), .. Keys.Curve.Public.Write()]).Select(key => key.Fingerprint));
        Assert.Equal(both, PublicKey.Read($"From: somebody\n\n{Keys.Rsa.Public.ToArmor()}\nand\n{Keys.Curve.Public.ToArmor()}").Select(key => key.Fingerprint));
        Assert.Equal("Praxis Süd <sued@rsa.example>", Keys.Rsa.Public.UserIds[0]);
    }

    [Fact]
    public void What_is_no_key_is_refused()
    {
        Assert.Equal(OpenPgpProblem.NotOpenPgp, Assert.Throws<OpenPgpException>(() => PublicKey.Read("hello")).Problem);
        Assert.Equal(OpenPgpProblem.NotOpenPgp, Assert.Throws<OpenPgpException>(() => PublicKey.Read([])).Problem);
        Assert.Equal(OpenPgpProblem.NotOpenPgp, Assert.Throws<OpenPgpException>(() => OwnKey.Read(Keys.Rsa.Public.Write(), null)).Problem);
        Assert.Equal(OpenPgpProblem.NotOpenPgp, Assert.Throws<OpenPgpException>(() => PublicKey.Read(Keys.Rsa.Write())).Problem);
    }

    [Theory]
    [InlineData(KeyAlgorithm.Rsa3072)]
    [InlineData(KeyAlgorithm.Curve25519)]
    public void Every_signature_that_is_made_is_found_good(KeyAlgorithm algorithm)
    {
        // Among so many numbers some begin with zeros, which packets leave out.
        for (var number = 0; number < (algorithm == KeyAlgorithm.Curve25519 ? 600 : 50); number++)
        {
            var bytes = Encoding.ASCII.GetBytes($"receipt {number}");
            using var content = new MemoryStream(bytes);
            var armored = DetachedSignature.Sign(content, Keys.Of(algorithm), Keys.Now);
            content.Position = 0;
            Assert.IsType<SignatureVerdict.Good>(DetachedSignature.Verify(content, armored, Keys.Ring));
        }
    }

    private PublicKey Exported(OwnKey key)
    {
        gpg.Run("--output", gpg.FileOf("exported"), "--export", key.Fingerprint.Value);
        return Assert.Single(PublicKey.Read(File.ReadAllBytes(gpg.FileOf("exported"))));
    }

    private static List<byte[]> Packets(byte[] certificate)
    {
        using var input = new MemoryStream(certificate);
        List<byte[]> packets = [];
        for (var from = 0; Packet.Next(input) is { } packet; from = (int)input.Position)
        {
            packet.Skip();
            packets.Add(certificate[from..(int)input.Position]);
        }

        Assert.Equal(5, packets.Count); // primary key, user id, certification, subkey, binding
        return packets;
    }
}
