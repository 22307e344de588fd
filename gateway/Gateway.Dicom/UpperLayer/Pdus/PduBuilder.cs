using System.Buffers.Binary;
using System.Text;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>Writes one PDU, whose header and items carry lengths that are known only when they end (PS3.8 section 9.3.1).</summary>
internal sealed class PduBuilder
{
    private byte[] buffer = new byte[256];
    private int length;

    public static byte[] Build(PduType type, Action<PduBuilder> writeBody)
    {
        var builder = new PduBuilder();
        builder.Byte((byte)type).Byte(0).UInt32(0);
        writeBody(builder);
        BinaryPrimitives.WriteUInt32BigEndian(builder.buffer.AsSpan(2), (uint)(builder.length - PduReader.HeaderLength));
        return builder.buffer[..builder.length];
    }

    public PduBuilder Byte(byte value)
    {
        Reserve(1)[0] = value;
        return this;
    }

    public PduBuilder UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);
        return this;
    }

    public PduBuilder UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);
        return this;
    }

    public PduBuilder Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        return this;
    }

    public PduBuilder Zeros(int count)
    {
        Reserve(count).Clear();
        return this;
    }

    /// <summary>An item or sub-item: type, a reserved byte, a length of two bytes, and its content.</summary>
    public PduBuilder Item(byte type, Action<PduBuilder> writeContent)
    {
        Byte(type).Byte(0).UInt16(0);
        var content = length;
        writeContent(this);
        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(content - 2), checked((ushort)(length - content)));
        return this;
    }

    public PduBuilder TextItem(byte type, string text) => Item(type, item => item.Bytes(Encoding.ASCII.GetBytes(text)));

    private Span<byte> Reserve(int count)
    {
        if (buffer.Length - length < count)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        length += count;
        return buffer.AsSpan(length - count, count);
    }
}
