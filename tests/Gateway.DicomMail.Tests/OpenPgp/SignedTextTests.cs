using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>A signed text says what it said when it was signed, to us and to gpg.</summary>
public sealed class SignedTextTests(GnuPg gpg) : IClassFixture<GnuPg>
{
    private const string Text = "{\r\n  \"name\": \"Süd\"\r\n}\r\n- and a dash\r\n-----BEGIN";

    [Theory]
    [InlineData(KeyAlgorithm.Rsa3072)]
    [InlineData(KeyAlgorithm.Curve25519)]
    public void Gpg_verifies_what_we_signed_and_we_read_it(KeyAlgorithm algorithm)
    {
        var key = Keys.Of(algorithm);
        var document = SignedText.Sign(Text, key, Keys.Now);

        Assert.Contains($"VALIDSIG {key.Fingerprint}", gpg.Run("--verify", gpg.Write("document", System.Text.Encoding.UTF8.GetBytes(document))), StringComparison.Ordinal);
        Assert.Equal(key.Fingerprint, Assert.IsType<SignatureVerdict.Good>(SignedText.Read(document, Keys.Ring, out var text)).Signer);
        Assert.Equal(Text, text);
        Assert.IsType<SignatureVerdict.Good>(SignedText.Read(document.Replace("\r\n", " \n", StringComparison.Ordinal), Keys.Ring, out _));
    }

    [Fact]
    public void We_read_what_gpg_signed()
    {
        var signed = gpg.Seal(System.Text.Encoding.UTF8.GetBytes(Text + "\r\n"), "--local-user", Keys.Curve.Fingerprint.Value, "--digest-algo", "SHA512", "--clear-sign");

        Assert.IsType<SignatureVerdict.Good>(SignedText.Read(System.Text.Encoding.UTF8.GetString(signed), Keys.Ring, out var text));
        Assert.Equal(Text, text);
    }

    [Fact]
    public void What_was_changed_or_stands_around_it_is_not_good()
    {
        var document = SignedText.Sign(Text, Keys.Curve, Keys.Now);

        Assert.IsType<SignatureVerdict.Bad>(SignedText.Read(document.Replace("Süd", "Sud", StringComparison.Ordinal), Keys.Ring, out _));
        Assert.IsType<SignatureVerdict.None>(SignedText.Read("before\r\n" + document, Keys.Ring, out _));
        Assert.IsType<SignatureVerdict.None>(SignedText.Read(document + "behind", Keys.Ring, out _));
        Assert.IsType<SignatureVerdict.None>(SignedText.Read("", Keys.Ring, out _));
        Assert.IsType<SignatureVerdict.UnknownSigner>(SignedText.Read(document, new KeyRing([], []), out _));
    }

    [Fact]
    public void A_key_that_expired_later_vouches_and_one_that_had_expired_does_not_sign()
    {
        var brief = OwnKey.Generate(KeyAlgorithm.Curve25519, "Brief <brief@curve.example>", Keys.Now.AddYears(-2), TimeSpan.FromDays(1));

        Assert.IsType<SignatureVerdict.Good>(SignedText.Read(SignedText.Sign(Text, brief, Keys.Now.AddYears(-2).AddHours(1)), new KeyRing([brief], []), out _));
        Assert.Equal(OpenPgpProblem.KeyUnusable, Assert.Throws<OpenPgpException>(() => SignedText.Sign(Text, brief, Keys.Now)).Problem);
    }
}
