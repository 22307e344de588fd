using System.Text;
using CsCheck;
using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>Whatever arrives, it is read or refused with a reason; nothing else happens.</summary>
public class FuzzTests
{
    private static readonly byte[] Message = Messages.Seal(Messages.Content(2000), Keys.Rsa, [Keys.Curve.Public, Keys.Rsa.Public], Compression.Fast);

    private static readonly Gen<(int At, byte Value)[]> Changes = Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[1, 8];

    [Fact]
    public void Anything_is_a_message_or_is_refused() => Gen.Byte.Array[0, 400].Sample(bytes => OnlyRefused(() => Messages.Open(bytes)));

    [Fact]
    public void A_message_with_any_changes_is_refused_or_the_same() => Changes.Sample(changes =>
    {
        var changed = Apply(Message, changes);
        OnlyRefused(() => Assert.Equal(Messages.Content(2000), Messages.Open(changed).Content));
    });

    [Fact]
    public void Anything_that_is_properly_encrypted_is_content_or_is_refused() => Gen.Byte.Array[0, 400].Sample(bytes => OnlyRefused(() => Messages.Open(Messages.SealPackets(output => output.Write(bytes)))));

    [Fact]
    public void Compressed_packets_with_any_changes_are_content_or_are_refused()
    {
        using var inner = new MemoryStream();
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var key = Keys.Curve.SigningKeyAt(Keys.Now);
        DocumentSignature.Announce(inner, key);
        inner.Write(Messages.Literal(Messages.Content(300)));
        hash.AppendData(Messages.Content(300));
        DocumentSignature.Write(inner, key, hash, Keys.Now);
        foreach (var packets in (byte[][])[inner.ToArray(), Messages.Zipped(inner.ToArray())])
        {
            Assert.IsType<SignatureVerdict.Good>(Messages.Open(Messages.SealPackets(output => output.Write(packets))).Verdict);
            Gen.Select(Gen.Int[0, 700], Gen.Byte, Gen.Int[1, 3]).Sample((at, value, algorithm) =>
            {
                var changed = Apply(packets, [(at, value)]);
                if (packets[0] == 0xC8 && at % 3 == 0)
                    changed[3] = (byte)algorithm; // behind a header of three octets
                OnlyRefused(() => Messages.Open(Messages.SealPackets(output => output.Write(changed))));
            });
        }
    }

    [Fact]
    public void Keys_with_any_changes_are_read_or_refused() => Changes.Sample(changes =>
    {
        OnlyRefused(() => PublicKey.Read(Apply(Keys.Rsa.Public.Write(), changes)));
        OnlyRefused(() => PublicKey.Read(Apply(Keys.Curve.Public.Write(), changes)));
        OnlyRefused(() => OwnKey.Read(Apply(Keys.Curve.Write(), changes), "passphrase"));
        OnlyRefused(() => PublicKey.Read(Apply(Encoding.ASCII.GetBytes(Keys.Curve.Public.ToArmor()), changes)));
    });

    [Fact]
    public void Signatures_with_any_changes_are_judged() => Changes.Sample(changes =>
    {
        using var content = new MemoryStream([1, 2, 3]);
        var armored = DetachedSignature.Sign(content, Keys.Curve, Keys.Now);
        content.Position = 0;
        var binary = Convert.FromBase64String(string.Concat(armored.Split("\r\n")[2..^3]));
        DetachedSignature.Verify(content, ArmorWriter.Text(Apply(binary, changes), "PGP SIGNATURE"), Keys.Ring);
    });

    private static byte[] Apply(byte[] bytes, (int At, byte Value)[] changes)
    {
        var changed = bytes.ToArray();
        foreach (var (at, value) in changes)
            changed[at % changed.Length] = value;
        return changed;
    }

    private static void OnlyRefused(Action read)
    {
        try
        {
            read();
        }
        catch (OpenPgpException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }
}
