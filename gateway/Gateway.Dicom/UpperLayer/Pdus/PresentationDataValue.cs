using System.Buffers.Binary;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// A presentation data value item of a P-DATA-TF (PS3.8 sections 9.3.5 and 9.3.5.1, annex E.2): one fragment of a message.
/// </summary>
/// <param name="ContextId">The presentation context.</param>
/// <param name="IsCommand">Whether the fragment is of a command set; otherwise it is of a data set.</param>
/// <param name="IsLast">Whether the command set or the data set ends with it.</param>
/// <param name="Fragment">The bytes.</param>
public readonly record struct PresentationDataValue(byte ContextId, bool IsCommand, bool IsLast, ReadOnlyMemory<byte> Fragment)
{
    /// <summary>What stands before the fragment: item length, context id, message control header.</summary>
    public const int HeaderLength = 6;

    /// <summary>
    /// Takes the first item off the body of a P-DATA-TF. A fragment of odd length, which annex F forbids, passes: its bytes are whole.
    /// </summary>
    /// <exception cref="ProtocolViolationException">The item's length does not fit.</exception>
    public static PresentationDataValue Read(ref ReadOnlyMemory<byte> body)
    {
        var length = body.Length >= HeaderLength ? BinaryPrimitives.ReadUInt32BigEndian(body.Span) : 0;
        if (length < 2 || length > body.Length - 4)
        {
            throw new ProtocolViolationException(
                AbortReason.InvalidPduParameter,
                $"A presentation data value of {length} bytes stands where the PDU has {body.Length} bytes left.");
        }

        var item = body.Slice(4, (int)length);
        body = body[(4 + (int)length)..];
        var control = item.Span[1];
        return new PresentationDataValue(item.Span[0], (control & 1) != 0, (control & 2) != 0, item[2..]);
    }

    /// <summary>Writes the headers of a P-DATA-TF that holds one fragment, which the caller puts behind them.</summary>
    /// <param name="target">At least <see cref="PduReader.HeaderLength"/> + <see cref="HeaderLength"/> bytes.</param>
    /// <param name="contextId">The presentation context.</param>
    /// <param name="isCommand">Whether the fragment is of a command set.</param>
    /// <param name="isLast">Whether the command set or the data set ends with it.</param>
    /// <param name="fragmentLength">The length of the fragment in bytes.</param>
    public static void WriteHeaders(Span<byte> target, byte contextId, bool isCommand, bool isLast, int fragmentLength)
    {
        target[0] = (byte)PduType.DataTransfer;
        target[1] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(target[2..], (uint)(fragmentLength + HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(target[6..], (uint)(fragmentLength + 2));
        target[10] = contextId;
        target[11] = (byte)((isCommand ? 1 : 0) | (isLast ? 2 : 0));
    }
}
