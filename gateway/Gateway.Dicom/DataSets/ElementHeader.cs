using System.Buffers.Binary;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.DataSets;

/// <summary>The header of a data element: tag, value representation where it is explicit, length (PS3.5 section 7.1).</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Vr">The VR; none where it is implicit.</param>
/// <param name="Length">The length of the value in bytes.</param>
/// <param name="Size">The length of the header itself in bytes: 8 or 12.</param>
internal readonly record struct ElementHeader(Tag Tag, ValueRepresentation Vr, uint Length, int Size)
{
    public const uint UndefinedLength = 0xFFFFFFFF;
    public const int MinimumSize = 8;
    public const int MaximumSize = 12;

    public bool IsUndefined => Length == UndefinedLength;

    /// <summary>
    /// Reads a header; <paramref name="bytes"/> holds 12 bytes, or 8 to 11 at the end of the data, and a header that needs more is
    /// returned with the size that it needs. Real devices write a VR in lower case, or none at all inside explicit data: a VR that is not
    /// printable is taken for the length of an implicit element, another unknown one for a VR with a short length unless both characters
    /// are capitals.
    /// </summary>
    public static ElementHeader Read(ReadOnlySpan<byte> bytes, DataSetEncoding encoding)
    {
        var bigEndian = encoding == DataSetEncoding.ExplicitBigEndian;
        var tag = new Tag(UInt16(bytes, bigEndian), UInt16(bytes[2..], bigEndian));
        if (encoding == DataSetEncoding.ImplicitLittleEndian || tag.Group == 0xFFFE)
            return new ElementHeader(tag, ValueRepresentation.None, UInt32(bytes[4..], bigEndian), MinimumSize);

        var (first, second) = (bytes[4], bytes[5]);
        if (first < ' ' || second < ' ')
            return new ElementHeader(tag, ValueRepresentation.None, UInt32(bytes[4..], bigEndian), MinimumSize);

        var vr = new ValueRepresentation((ushort)((Capital(first) << 8) | Capital(second)));
        var isShort = vr.HasShortLength || !char.IsAsciiLetter((char)first) || !char.IsAsciiLetter((char)second);
        if (isShort)
            return new ElementHeader(tag, vr, UInt16(bytes[6..], bigEndian), MinimumSize);
        return new ElementHeader(tag, vr, bytes.Length < MaximumSize ? 0 : UInt32(bytes[8..], bigEndian), MaximumSize);
    }

    private static int Capital(byte character) => character is >= (byte)'a' and <= (byte)'z' ? character - 0x20 : character;

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
