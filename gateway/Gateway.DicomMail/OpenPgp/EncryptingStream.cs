using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>
/// Signs and encrypts what is written to it, in one pass (RFC 9580 section 10.3): a session key packet for each recipient, then AES-256 with a modification detection code over, compressed or not,
/// an announcement, a binary literal and a signature with SHA-256. Of any length, in a few megabytes of memory and on two threads: the second one writes to the output.
/// </summary>
/// <remarks>Disposed without <see cref="Complete"/>, the output is a message that no reader accepts.</remarks>
public sealed class EncryptingStream : ForwardWriter
{
    private readonly HandOver sealing;
    private readonly PartialWriter? container;
    private readonly Stream? deflate;
    private readonly PartialWriter literal;
    private readonly IncrementalHash content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly PgpPrivateKey signer;
    private readonly DateTimeOffset at;
    private bool completed;

    private EncryptingStream(Stream output, SessionKey key, PgpPrivateKey signer, Compression compression, DateTimeOffset at)
    {
        (this.signer, this.at) = (signer, at);
        sealing = new HandOver(new SealedWriter(output, key));
        if (compression != Compression.None)
        {
            container = new PartialWriter(sealing, PacketTag.CompressedData);
            container.Write([(byte)CompressionAlgorithmTag.Zip]);
            deflate = compression == Compression.Huffman
                ? new HuffmanWriter(container)
                : new DeflateStream(container, new ZLibCompressionOptions { CompressionLevel = 2 }, leaveOpen: true); // level 1 of zlib-ng has fixed codes, and expands base64
        }

        DocumentSignature.Announce(Inner, signer);
        literal = new PartialWriter(Inner, PacketTag.LiteralData);
        Span<byte> time = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(time, (uint)at.ToUnixTimeSeconds());
        literal.Write([(byte)'b', 0, .. time]);
    }

    private Stream Inner => (Stream?)deflate ?? sealing;

    /// <summary>Begins a message.</summary>
    /// <param name="output">What the binary message goes to: an <see cref="ArmorWriter"/> makes it a text. It is left open, and used by another thread until the message is complete.</param>
    /// <param name="signer">The own key that signs.</param>
    /// <param name="recipients">Who can read it. One's own key is among them only when it is given.</param>
    /// <param name="compression">How the content is compressed.</param>
    /// <param name="at">The time of the signature, at which the keys must be valid.</param>
    /// <exception cref="ArgumentException">There is no recipient.</exception>
    /// <exception cref="OpenPgpException">A key cannot be used at that time.</exception>
    public static EncryptingStream Open(Stream output, OwnKey signer, IReadOnlyList<PublicKey> recipients, Compression compression, DateTimeOffset at)
    {
        if (recipients.Count == 0)
            throw new ArgumentException("a message needs a recipient", nameof(recipients));
        var secret = signer.SigningKeyAt(at);
        var keys = recipients.Select(recipient => recipient.EncryptionKeyAt(at)
            ?? throw new OpenPgpException(OpenPgpProblem.KeyUnusable, $"nothing can be encrypted to the key {recipient.Fingerprint}: it is revoked, has expired, or is not made for it")).ToList();
        var session = SessionKey.Make();
        foreach (var key in keys)
            session.WriteFor(key, output);
        return new EncryptingStream(output, session, secret, compression, at);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(completed, this);
        content.AppendData(buffer);
        literal.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        ObjectDisposedException.ThrowIf(completed, this);
        completed = true;
        literal.Complete();
        DocumentSignature.Write(Inner, signer, content, at);
        (deflate as HuffmanWriter)?.Complete();
        deflate?.Dispose();
        container?.Complete();
        sealing.Complete();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            completed = true;
            sealing.Abandon();
            literal.Dispose();
            deflate?.Dispose();
            container?.Dispose();
            sealing.Dispose();
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
