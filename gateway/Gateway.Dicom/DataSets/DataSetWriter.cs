using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.DataSets;

/// <summary>Writes data elements in explicit VR little endian (PS3.5 annex A.2), in the order in which it is called.</summary>
public sealed class DataSetWriter
{
    private readonly ArrayBufferWriter<byte> target = new();

    /// <summary>Writes an element of a text VR; an odd length is padded with a space, a UID with NUL (PS3.5 section 6.2).</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="vr">The VR: two capitals.</param>
    /// <param name="value">The value; several values are joined by backslashes.</param>
    public DataSetWriter Text(Tag tag, string vr, string value)
    {
        var bytes = Encoding.ASCII.GetBytes(value.Length % 2 == 0 ? value : value + (vr == "UI" ? '\0' : ' '));
        return Bytes(tag, vr, bytes);
    }

    /// <summary>Writes an element of VR UI.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The UID.</param>
    public DataSetWriter Identifier(Tag tag, Uid value) => Text(tag, "UI", value.Value);

    /// <summary>Writes an element of VR US.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The number.</param>
    public DataSetWriter UInt16(Tag tag, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return Bytes(tag, "US", bytes);
    }

    /// <summary>Writes an element of VR UL.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The number.</param>
    public DataSetWriter UInt32(Tag tag, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Bytes(tag, "UL", bytes);
    }

    /// <summary>Writes an element of any VR from the bytes of its value, whose length must be even.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="vr">The VR: two capitals.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The value is too long for the VR, or of odd length.</exception>
    public DataSetWriter Bytes(Tag tag, string vr, ReadOnlySpan<byte> value)
    {
        var isShort = ValueRepresentation.Of(vr).HasShortLength;
        if (value.Length % 2 != 0 || (isShort && value.Length > ushort.MaxValue))
            throw new ArgumentException($"A value of {value.Length} bytes does not fit {tag} {vr}.", nameof(value));

        Span<byte> header = stackalloc byte[isShort ? 8 : 12];
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header, tag.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], tag.Element);
        (header[4], header[5]) = ((byte)vr[0], (byte)vr[1]);
        if (isShort)
            BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)value.Length);
        else
            BinaryPrimitives.WriteInt32LittleEndian(header[8..], value.Length);
        target.Write(header);
        target.Write(value);
        return this;
    }

    /// <summary>What was written so far.</summary>
    public byte[] ToBytes() => target.WrittenSpan.ToArray();
}
