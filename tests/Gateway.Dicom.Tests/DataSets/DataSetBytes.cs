using System.Buffers.Binary;
using System.Text;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.Tests.DataSets;

/// <summary>Writes data sets in every encoding, well formed or not, independently of the product's own writer.</summary>
internal sealed class DataSetBytes(DataSetEncoding encoding)
{
    private const uint Undefined = 0xFFFFFFFF;

    private readonly List<byte> bytes = [];

    private bool BigEndian => encoding == DataSetEncoding.ExplicitBigEndian;

    public byte[] ToArray() => [.. bytes];

    public DataSetBytes Element(Tag tag, string vr, byte[] value) => Header(tag, vr, (uint)value.Length).Raw(value);

    public DataSetBytes Identifier(Tag tag, string uid) =>
        Element(tag, "UI", Encoding.ASCII.GetBytes(uid.Length % 2 == 0 ? uid : uid + "\0"));

    /// <summary>The four UIDs that identify an instance.</summary>
    public DataSetBytes Instance() => Identifier(Tag.SopClassUid, "1.2.840.10008.5.1.4.1.1.2").Identifier(Tag.SopInstanceUid, "1.2.3")
        .Identifier(Tag.StudyInstanceUid, "1.2.4").Identifier(Tag.SeriesInstanceUid, "1.2.5");

    public DataSetBytes Sequence(Tag tag, string vr, bool undefined, params byte[][] items)
    {
        var content = items.SelectMany(item => item).ToArray();
        return undefined
            ? Header(tag, vr, Undefined).Raw(content).Raw(Delimiter(Tag.SequenceDelimiter))
            : Header(tag, vr, (uint)content.Length).Raw(content);
    }

    public byte[] Item(bool undefined, byte[] elements) => undefined
        ? [.. Delimiter(Tag.Item, Undefined), .. elements, .. Delimiter(Tag.ItemDelimiter)]
        : [.. Delimiter(Tag.Item, (uint)elements.Length), .. elements];

    public byte[] Delimiter(Tag tag, uint length = 0)
    {
        var header = new DataSetBytes(encoding);
        header.UInt16(tag.Group).UInt16(tag.Element).UInt32(length);
        return header.ToArray();
    }

    public DataSetBytes Header(Tag tag, string vr, uint length)
    {
        UInt16(tag.Group).UInt16(tag.Element);
        if (encoding == DataSetEncoding.ImplicitLittleEndian)
            return UInt32(length);
        bytes.AddRange(Encoding.ASCII.GetBytes(vr));
        return vr is "OB" or "OW" or "OF" or "OD" or "OL" or "OV" or "SQ" or "UN" or "UT" or "UC" or "UR" or "SV" or "UV" or "ZZ"
            ? UInt16(0).UInt32(length)
            : UInt16((ushort)length);
    }

    public DataSetBytes Raw(byte[] raw)
    {
        bytes.AddRange(raw);
        return this;
    }

    private DataSetBytes UInt16(ushort value)
    {
        var raw = new byte[2];
        if (BigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(raw, value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(raw, value);
        return Raw(raw);
    }

    private DataSetBytes UInt32(uint value)
    {
        var raw = new byte[4];
        if (BigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(raw, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(raw, value);
        return Raw(raw);
    }
}
