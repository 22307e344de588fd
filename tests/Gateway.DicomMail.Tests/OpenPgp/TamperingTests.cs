using Gateway.DicomMail.OpenPgp;
using Org.BouncyCastle.Bcpg;
using Xunit;
using Packet = Gateway.DicomMail.OpenPgp.Packet;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>Whoever carries a message can change it; nothing that he does is taken for what was sent.</summary>
public class TamperingTests
{
    private static readonly Compression[] Compressions = [Compression.None, Compression.Huffman, Compression.Fast];

    public static TheoryData<Compression, int> Samples => new(
        from compression in Compressions
        from length in (int[])[0, 300, 400_000]
        select (compression, length));

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_byte_that_was_changed_is_seen(Compression compression, int length)
    {
        var content = Messages.Content(length);
        var message = Messages.Seal(content, compression: compression);
        var sealedFrom = SessionKeyBytes(message);
        foreach (var at in Places(message.Length))
        {
            var changed = message.ToArray();
            changed[at] ^= (byte)(1 << (at % 8));
            try
            {
                var (opened, verdict) = Messages.Open(changed);

                // What carries the session key says some things twice; where it still opens, it opens the same message.
                Assert.True(at < sealedFrom, $"byte {at} was changed and nobody saw it");
                Assert.Equal(content, opened);
                Assert.IsType<SignatureVerdict.Good>(verdict);
            }
            catch (OpenPgpException e)
            {
                // Behind the header of the encrypted packet and before its end, all that can be said is that it is not whole.
                if (at > sealedFrom + 3 && length < 60_000)
                    Assert.Equal(OpenPgpProblem.NotWhole, e.Problem);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_message_that_was_cut_off_anywhere_is_seen(Compression compression, int length)
    {
        foreach (var armored in (bool[])[false, true])
        {
            var message = Messages.Seal(Messages.Content(length), compression: compression, armored: armored);
            foreach (var at in Places(message.Length - (armored ? "-----\r\n".Length : 0)))
            {
                var problem = Assert.Throws<OpenPgpException>(() => Messages.Open(message[..at])).Problem;
                Assert.Contains(problem, (OpenPgpProblem[])[OpenPgpProblem.NotWhole, OpenPgpProblem.NotOpenPgp, OpenPgpProblem.Malformed]);
            }
        }
    }

    [Fact]
    public void Blocks_that_were_exchanged_are_seen()
    {
        var message = Messages.Seal(Messages.Content(400_000));
        var changed = message.ToArray();
        message.AsSpan(100_000, 4096).CopyTo(changed.AsSpan(200_000));
        message.AsSpan(200_000, 4096).CopyTo(changed.AsSpan(100_000));
        Assert.Equal(OpenPgpProblem.NotWhole, Assert.Throws<OpenPgpException>(() => Messages.Open(changed)).Problem);
    }

    [Fact]
    public void What_follows_a_message_is_seen()
    {
        var message = Messages.Seal(Messages.Content(500));
        Assert.Equal(Messages.Content(500), Messages.Open([.. message, (byte)'\r', (byte)'\n']).Content);
        foreach (var more in (byte[][])[[0], message, Messages.Literal([1])])
            Assert.Equal(OpenPgpProblem.Malformed, Assert.Throws<OpenPgpException>(() => Messages.Open([.. message, .. more])).Problem);
    }

    [Fact]
    public void A_signature_over_another_content_is_bad()
    {
        var verdict = Messages.Open(Messages.SealPackets(output =>
        {
            var key = Keys.Rsa.SigningKeyAt(Keys.Now);
            DocumentSignature.Announce(output, key);
            output.Write(Messages.Literal("what is read"u8.ToArray()));
            using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
            hash.AppendData("what was signed"u8);
            DocumentSignature.Write(output, key, hash, Keys.Now);
        })).Verdict;
        Assert.IsType<SignatureVerdict.Bad>(verdict);
    }

    [Fact]
    public void A_signature_that_was_announced_and_is_missing_is_bad()
    {
        var verdict = Messages.Open(Messages.SealPackets(output =>
        {
            DocumentSignature.Announce(output, Keys.Rsa.SigningKeyAt(Keys.Now));
            output.Write(Messages.Literal([1, 2, 3]));
        })).Verdict;
        Assert.IsType<SignatureVerdict.Bad>(verdict);
    }

    [Fact]
    public void A_second_content_is_refused() => Assert.Equal(
        OpenPgpProblem.Malformed,
        Assert.Throws<OpenPgpException>(() => Messages.Open(Messages.SealPackets(output => output.Write([.. Messages.Literal([1]), .. Messages.Literal([2])])))).Problem);

    private static int SessionKeyBytes(byte[] message)
    {
        using var input = new MemoryStream(message);
        var packet = Packet.Next(input)!;
        Assert.Equal(PacketTag.PublicKeyEncryptedSession, packet.Tag);
        packet.Skip();
        return (int)input.Position;
    }

    // All of a short message; of a long one its ends and what a seeded chance takes.
    private static IEnumerable<int> Places(int length)
    {
        if (length < 2000)
            return Enumerable.Range(0, length);
        var random = new Random(20261129);
        return Enumerable.Range(0, 220).Concat(Enumerable.Range(length - 200, 200)).Concat(Enumerable.Range(0, 100).Select(_ => random.Next(length)));
    }
}
