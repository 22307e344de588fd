using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>A signature apart from its content (RFC 9580 section 10.4), as signed receipts (RFC 3156 section 5) and the partner directory carry it.</summary>
public static class DetachedSignature
{
    private const int BlockBytes = 1 << 16;

    /// <summary>Signs a content with SHA-256, as it is: a text must have its canonical line ends already.</summary>
    /// <param name="content">The content, read to its end.</param>
    /// <param name="signer">The own key that signs.</param>
    /// <param name="at">The time of the signature.</param>
    /// <returns>The signature as ASCII armour.</returns>
    /// <exception cref="OpenPgpException">The key cannot sign at that time.</exception>
    public static string Sign(Stream content, OwnKey signer, DateTimeOffset at)
    {
        var key = signer.SigningKeyAt(at);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Pass(content, block => hash.AppendData(block));
        using var packet = new MemoryStream();
        DocumentSignature.Write(packet, key, hash, at);
        return ArmorWriter.Text(packet.GetBuffer().AsSpan(0, (int)packet.Length), "PGP SIGNATURE");
    }

    /// <summary>Judges a signature.</summary>
    /// <param name="content">The content, read to its end.</param>
    /// <param name="armored">The signature as ASCII armour.</param>
    /// <param name="ring">The keys by which the signer is known.</param>
    /// <param name="clock">The time at which the signer's key must be valid; null for the system's.</param>
    /// <returns>The verdict; a signature that cannot be read is bad.</returns>
    public static SignatureVerdict Verify(Stream content, string armored, KeyRing ring, TimeProvider? clock = null) => Judge(content, armored, ring, (clock ?? TimeProvider.System).GetUtcNow());

    /// <summary>Judges a signature.</summary>
    /// <param name="content">The content, read to its end.</param>
    /// <param name="armored">The signature as ASCII armour.</param>
    /// <param name="ring">The keys by which the signer is known.</param>
    /// <param name="when">The time at which the signer's key must be valid beside that of the signature; null: that alone.</param>
    internal static SignatureVerdict Judge(Stream content, string armored, KeyRing ring, DateTimeOffset? when)
    {
        using var signed = new SignedContent();
        try
        {
            var lists = KeyBlocks.Read(Encoding.UTF8.GetBytes(armored));
            foreach (var signature in lists.OfType<PgpSignatureList>().SelectMany(Signatures))
                signed.Expect(signature);
        }
        catch (OpenPgpException e)
        {
            return new SignatureVerdict.Bad(e.Message);
        }

        Pass(content, signed.Append);
        return signed.Conclude([], ring, when);
    }

    private static IEnumerable<PgpSignature> Signatures(PgpSignatureList list) => Enumerable.Range(0, list.Count).Select(index => list[index]);

    private static void Pass(Stream content, Action<ReadOnlySpan<byte>> each)
    {
        var block = new byte[BlockBytes];
        for (var read = content.Read(block); read > 0; read = content.Read(block))
            each(block.AsSpan(0, read));
    }
}
