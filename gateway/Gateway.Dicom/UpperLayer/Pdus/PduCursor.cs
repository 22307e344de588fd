using System.Buffers.Binary;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// Reads the fields of a PDU in order; a field that the PDU is too short for is the peer's fault, never an index out of range.
/// </summary>
internal ref struct PduCursor(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> rest = rest;

    public readonly bool AtEnd => rest.IsEmpty;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new ProtocolViolationException(
                AbortReason.InvalidPduParameter, $"A field of {count} bytes stands where the PDU or item has {rest.Length} bytes left.");
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Type and content of the next item (PS3.8 section 9.3.1).</summary>
    public byte Item(out PduCursor content)
    {
        var type = Byte();
        _ = Byte();
        content = new PduCursor(Take(UInt16()));
        return type;
    }

    public ReadOnlySpan<byte> Remaining() => Take(rest.Length);
}
