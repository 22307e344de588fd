using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// Reads PDUs from a transport connection. The declared length is held against the limit of its type before a byte is allocated for it:
/// a P-DATA-TF may be as long as we announced (PS3.8 annex D.1), an association PDU 512 KiB (128 contexts with 30 transfer syntaxes
/// each need half of it), the others are of fixed length.
/// </summary>
/// <param name="transport">The connection; it is not closed.</param>
/// <param name="maximumDataLength">The longest body of a P-DATA-TF, in bytes, that this side announced.</param>
public sealed class PduReader(Stream transport, int maximumDataLength)
{
    /// <summary>The length of the header: type, a reserved byte, and the length of the rest.</summary>
    public const int HeaderLength = 6;

    /// <summary>The longest body of an association PDU, in bytes.</summary>
    public const int MaximumAssociateLength = 512 * 1024;

    private byte[] buffer = new byte[4096];
    private int start;
    private int end;
    private bool isUnframed;

    /// <summary>
    /// Reads the next PDU; the body is valid until the next call. After a violation nothing says where the next PDU begins: the rest of
    /// what the peer sends is read past.
    /// </summary>
    /// <returns>The PDU, or null where the peer closed the connection between two PDUs.</returns>
    /// <exception cref="ProtocolViolationException">The type is unknown or the length is not allowed for it.</exception>
    /// <exception cref="EndOfStreamException">The connection ended inside a PDU.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedPdu?> ReadAsync(CancellationToken cancellation)
    {
        if (isUnframed)
        {
            while (await transport.ReadAsync(buffer, cancellation) > 0)
            {
            }

            return null;
        }

        if (!await FillAsync(HeaderLength, cancellation))
            return end == start ? null : throw new EndOfStreamException("The connection ended inside the header of a PDU.");

        var type = (PduType)buffer[start];
        var length = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(start + 2));
        isUnframed = true;
        Check(type, length);
        isUnframed = false;
        if (!await FillAsync(HeaderLength + (int)length, cancellation))
            throw new EndOfStreamException($"The connection ended inside a {type} PDU of {length} bytes.");

        var body = buffer.AsMemory(start + HeaderLength, (int)length);
        start += HeaderLength + (int)length;
        return new ReceivedPdu(type, body);
    }

    private void Check(PduType type, uint length)
    {
        var (least, most) = type switch
        {
            PduType.AssociateRequest or PduType.AssociateAccept => (68, MaximumAssociateLength),
            PduType.AssociateReject or PduType.ReleaseRequest or PduType.ReleaseResponse or PduType.Abort => (4, 4),
            PduType.DataTransfer => (6, maximumDataLength),
            _ => throw new ProtocolViolationException(AbortReason.UnrecognizedPdu, $"A PDU of the unknown type 0x{(int)type:X2} came."),
        };
        if (length < least || length > most)
        {
            throw new ProtocolViolationException(
                AbortReason.InvalidPduParameter, $"A {type} PDU of {length} bytes came; {least} to {most} bytes are allowed.");
        }
    }

    /// <summary>
    /// Makes <paramref name="count"/> bytes available from <see cref="start"/> on; false where the connection ends before.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellation)
    {
        if (end - start < count && buffer.Length - start < count)
        {
            var target = buffer.Length < count
                ? GC.AllocateUninitializedArray<byte>(Math.Max(count, Math.Min(buffer.Length * 2, maximumDataLength + HeaderLength)))
                : buffer;
            buffer.AsSpan(start, end - start).CopyTo(target);
            (buffer, end, start) = (target, end - start, 0);
        }

        while (end - start < count)
        {
            var read = await transport.ReadAsync(buffer.AsMemory(end), cancellation);
            if (read == 0)
                return false;
            end += read;
        }

        return true;
    }
}
