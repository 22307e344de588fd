using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>The hashes over a content while it passes, and what its signatures are worth in the end.</summary>
/// <remarks>
/// A signature of a text (type 0x01) is over lines that end with CRLF. Programs differ in whether the content has them already, so that both hashes are made; either way the bytes that are delivered are what was signed.
/// </remarks>
internal sealed class SignedContent : IDisposable
{
    private const int Most = 8;
    private const byte OnePassVersion = 3;
    private const int OnePassBytes = 13;

    private readonly List<Expected> expected = [];

    /// <summary>A signature was announced (RFC 9580 section 5.4).</summary>
    /// <param name="body">The body of the one-pass signature packet.</param>
    public void Announce(byte[] body)
    {
        if (body.Length != OnePassBytes || body[0] != OnePassVersion)
            throw new OpenPgpException(OpenPgpProblem.Unsupported, "a signature is announced in a version that is not read");
        Expect(new Expected(Hashes((HashAlgorithmTag)body[2], body[1]), null));
    }

    /// <summary>A signature came before its content.</summary>
    public void Expect(PgpSignature signature) => Expect(new Expected(Hashes(signature.HashAlgorithm, signature.SignatureType), signature));

    public void Append(ReadOnlySpan<byte> content)
    {
        foreach (var one in expected.SelectMany(one => one.Hashes))
            one.Append(content);
    }

    /// <summary>Judges the whole.</summary>
    /// <param name="trailing">The signatures that came after the content: the first belongs to the last that was announced.</param>
    /// <param name="ring">The keys by which signers are known.</param>
    /// <param name="when">The time at which keys must be valid beside that of the signature; null: that alone.</param>
    /// <returns>Of several signatures, the worst that is of a known signer.</returns>
    public SignatureVerdict Conclude(IReadOnlyList<PgpSignature> trailing, KeyRing ring, DateTimeOffset? when)
    {
        var announced = expected.Where(one => one.Signature is null).Reverse().ToList();
        if (announced.Count != trailing.Count)
            return new SignatureVerdict.Bad("signatures and their announcements do not match");
        var verdicts = announced.Zip(trailing)
            .Concat(expected.Where(one => one.Signature is not null).Select(one => (one, one.Signature!)))
            .Select(pair => DocumentSignature.Judge(pair.Item2, [.. pair.Item1.Hashes.Select(one => one.Hash)], ring, when))
            .ToList();
        return verdicts.OfType<SignatureVerdict.Bad>().FirstOrDefault()
            ?? verdicts.OfType<SignatureVerdict.Good>().FirstOrDefault()
            ?? verdicts.FirstOrDefault()
            ?? new SignatureVerdict.None();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var one in expected.SelectMany(one => one.Hashes))
            one.Hash.Dispose();
    }

    private static IReadOnlyList<Passing> Hashes(HashAlgorithmTag tag, int type)
    {
        if (DocumentSignature.Hash(tag) is not { } algorithm)
            return [];
        var asItIs = new Passing(IncrementalHash.CreateHash(algorithm), false);
        return type == PgpSignature.CanonicalTextDocument ? [asItIs, new Passing(IncrementalHash.CreateHash(algorithm), true)] : [asItIs];
    }

    private void Expect(Expected one)
    {
        if (expected.Count == Most)
            throw new OpenPgpException(OpenPgpProblem.TooDeep, $"the message has more than {Most} signatures");
        expected.Add(one);
    }

    private sealed record Expected(IReadOnlyList<Passing> Hashes, PgpSignature? Signature);

    private sealed class Passing(IncrementalHash hash, bool canonical)
    {
        private byte last;

        public IncrementalHash Hash => hash;

        public void Append(ReadOnlySpan<byte> content)
        {
            if (canonical)
            {
                // Each LF without its CR gets one.
                for (var at = content.IndexOf((byte)'\n'); at >= 0; at = content.IndexOf((byte)'\n'))
                {
                    hash.AppendData(content[..at]);
                    hash.AppendData((at > 0 ? content[at - 1] : last) == '\r' ? "\n"u8 : "\r\n"u8);
                    last = (byte)'\n';
                    content = content[(at + 1)..];
                }

                last = content.IsEmpty ? last : content[^1];
            }

            hash.AppendData(content);
        }
    }
}
