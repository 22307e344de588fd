using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>
/// Decrypts a message and checks its signature, in one pass (RFC 9580 section 10.3): binary or armoured, of any length, in a few megabytes of memory and on two threads, of which the second reads the input.
/// </summary>
/// <remarks>
/// <b>Nothing that was read may be acted upon before the end</b>: only when <see cref="Read"/> has returned 0 is it known that the message is whole and what its <see cref="Signature"/> is worth.
/// </remarks>
public sealed class DecryptingStream : ForwardReader
{
    private readonly Stream outside;
    private readonly ReadAhead inside;
    private readonly KeyRing ring;
    private readonly DecryptionLimits limits;
    private readonly TimeProvider clock;
    private readonly SignedContent signed = new();
    private readonly Stack<(Packet? Container, Stream Packets)> levels = new();
    private Packet? literal;
    private long length;
    private int packets;
    private SignatureVerdict? verdict;
    private OpenPgpException? failure;

    private DecryptingStream(Stream outside, SealedReader inside, KeyRing ring, DecryptionLimits limits, TimeProvider clock, int packets)
    {
        (this.outside, this.ring, this.limits, this.clock, this.packets) = (outside, ring, limits, clock, packets);
        this.inside = new ReadAhead(inside);
        levels.Push((null, new Lookahead(this.inside)));
    }

    /// <summary>What the signature is worth.</summary>
    /// <exception cref="InvalidOperationException">The end was not read yet.</exception>
    public SignatureVerdict Signature => verdict ?? throw new InvalidOperationException("the signature is known when the end was read");

    /// <summary>Opens a message.</summary>
    /// <param name="input">The message, binary or armoured; it is left open, and used by another thread until the end was read or the stream is disposed.</param>
    /// <param name="ring">The own keys that open it, and the keys by which its signer is known.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="clock">The time at which the signer's key must be valid; null for the system's.</param>
    /// <exception cref="OpenPgpException">It is no encrypted message, not for this gateway, or not protected against changes.</exception>
    public static DecryptingStream Open(Stream input, KeyRing ring, DecryptionLimits limits, TimeProvider? clock = null)
    {
        var outside = new Lookahead(input);
        if (outside.Peek() is >= 0 and < 0x80)
            outside = new Lookahead(new ArmorReader(outside));
        SessionKey? key = null;
        var unsupported = default(OpenPgpException);
        for (var packets = 1; packets <= limits.Packets; packets++)
        {
            var packet = Packet.Next(outside)
                ?? throw (packets == 1 ? new OpenPgpException(OpenPgpProblem.NotOpenPgp, "the message is empty") : new OpenPgpException(OpenPgpProblem.NotWhole, "the message is cut off"));
            switch (packet.Tag)
            {
                case PacketTag.PublicKeyEncryptedSession:
                    try
                    {
                        key ??= SessionKey.Open(packet.ReadSmall(), ring.Own);
                        packet.Skip();
                    }
                    catch (OpenPgpException e) when (e.Problem == OpenPgpProblem.Unsupported)
                    {
                        unsupported = e;
                    }

                    break;
                case PacketTag.SymmetricEncryptedIntegrityProtected:
                    return new DecryptingStream(outside, new SealedReader(packet, key ?? throw unsupported ?? NotForUs()), ring, limits, clock ?? TimeProvider.System, packets);
                case PacketTag.SymmetricKeyEncryptedSessionKey or PacketTag.Marker or PacketTag.Padding:
                    packet.Skip();
                    break;
                case PacketTag.SymmetricKeyEncrypted:
                    throw new OpenPgpException(OpenPgpProblem.NoIntegrity, "the message is encrypted without a modification detection code: a change would not be seen");
                case PacketTag.AeadEncData:
                    throw new OpenPgpException(OpenPgpProblem.Unsupported, "the message is encrypted in GnuPG's own AEAD format, which its sender can turn off (gpg --rfc4880)");
                case PacketTag.LiteralData or PacketTag.CompressedData or PacketTag.OnePassSignature or PacketTag.Signature:
                    throw new OpenPgpException(OpenPgpProblem.NotEncrypted, "the message is not encrypted");
                default:
                    throw new OpenPgpException(OpenPgpProblem.NotOpenPgp, $"a packet of type {(int)packet.Tag} is no part of a message");
            }
        }

        throw TooManyPackets(limits);
    }

    /// <summary>Reads content.</summary>
    /// <returns>How many bytes were read; 0 when the message was read to its end, is whole, and its signature is known.</returns>
    /// <exception cref="OpenPgpException">The message is refused: everything that was read of it is void.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (failure is not null)
            throw new OpenPgpException(failure.Problem, failure.Message, failure);
        if (buffer.IsEmpty || verdict is not null)
            return 0;
        try
        {
            literal ??= FindLiteral();
            var read = literal.Read(buffer);
            if (read == 0)
                Finish();
            length += read;
            if (length > limits.PlaintextBytes)
                throw new OpenPgpException(OpenPgpProblem.TooLarge, $"the content is longer than {limits.PlaintextBytes} bytes");
            signed.Append(buffer[..read]);
            return read;
        }
        catch (OpenPgpException e)
        {
            failure = Explain(e);
            if (failure == e)
                throw;
            throw failure;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            verdict ??= new SignatureVerdict.Bad("the message was not read to its end");
            foreach (var (_, stream) in levels)
                stream.Dispose();
            inside.Dispose();
            signed.Dispose();
        }

        base.Dispose(disposing);
    }

    private static OpenPgpException NotForUs() => new(OpenPgpProblem.NotForUs, "none of the own keys opens the message");

    private static OpenPgpException TooManyPackets(DecryptionLimits limits) => new(OpenPgpProblem.TooDeep, $"the message has more than {limits.Packets} packets");

    // What a changed message looks like inside is chance: whether it was changed is asked first.
    private OpenPgpException Explain(OpenPgpException problem)
    {
        if (problem.Problem is OpenPgpProblem.TooLarge or OpenPgpProblem.TooDeep)
            return problem;
        try
        {
            inside.CopyTo(Null);
            return problem;
        }
        catch (OpenPgpException changed)
        {
            return changed;
        }
    }

    private Packet FindLiteral()
    {
        while (true)
        {
            var packet = NextPacket() ?? throw new OpenPgpException(OpenPgpProblem.Malformed, "the message has no content");
            switch (packet.Tag)
            {
                case PacketTag.CompressedData:
                    if (levels.Count > limits.Depth)
                        throw new OpenPgpException(OpenPgpProblem.TooDeep, $"the message is compressed more than {limits.Depth} times");
                    levels.Push((packet, new Lookahead(new Decompressor(packet, limits, () => inside.Delivered))));
                    break;
                case PacketTag.OnePassSignature:
                    signed.Announce(packet.ReadSmall());
                    break;
                case PacketTag.Signature:
                    signed.Expect(DocumentSignature.Read(packet.ReadSmall()));
                    break;
                case PacketTag.Marker or PacketTag.Padding:
                    packet.Skip();
                    break;
                case PacketTag.LiteralData:
                    var head = packet.ReadExactly(2);
                    packet.ReadExactly(head[1] + 4); // a file name and a time, which nothing protects
                    return packet;
                default:
                    throw new OpenPgpException(OpenPgpProblem.Malformed, $"a packet of type {(int)packet.Tag} is no content");
            }
        }
    }

    private void Finish()
    {
        List<PgpSignature> signatures = [];
        while (true)
        {
            while (NextPacket() is { } packet)
            {
                switch (packet.Tag)
                {
                    case PacketTag.Signature:
                        signatures.Add(DocumentSignature.Read(packet.ReadSmall()));
                        break;
                    case PacketTag.Marker or PacketTag.Padding:
                        packet.Skip();
                        break;
                    default:
                        throw new OpenPgpException(OpenPgpProblem.Malformed, "the message has more than one content");
                }
            }

            if (levels.Count == 1)
                break;
            var (container, stream) = levels.Pop();
            container!.Skip();
            stream.Dispose();
        }

        for (var after = outside.ReadByte(); after >= 0; after = outside.ReadByte())
        {
            if (after is not ('\r' or '\n'))
                throw new OpenPgpException(OpenPgpProblem.Malformed, "something follows the message");
        }

        verdict = signed.Conclude(signatures, ring, clock.GetUtcNow());
    }

    private Packet? NextPacket()
    {
        var packet = Packet.Next(levels.Peek().Packets);
        return packet is null || ++packets <= limits.Packets ? packet : throw TooManyPackets(limits);
    }
}
