using System.Buffers.Binary;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.DataSets;

/// <summary>
/// Writes a data set in an encoding (PS3.5 section 7, annex A): elements in ascending order, values of even length, sequences of defined
/// or undefined length as they were. Values pass in blocks; only the order of the bytes of numbers changes, where it must.
/// </summary>
internal sealed class DataSetEncoder(Stream target, DataSetEncoding encoding, GroupLengths groupLengths, CancellationToken cancellation)
{
    private const uint Undefined = ElementHeader.UndefinedLength;

    private readonly Dictionary<DataSet, long> sizes = [];

    public void Write(DataSet set) => Write(set, encoding);

    private void Write(DataSet set, DataSetEncoding layout)
    {
        foreach (var element in set)
        {
            cancellation.ThrowIfCancellationRequested();
            if (element.Tag.Element != 0)
                Write(element, layout);
            else if (groupLengths == GroupLengths.Recompute)
                WriteGroupLength(set, element.Tag, layout);
        }
    }

    private void Write(DataElement element, DataSetEncoding layout)
    {
        var (vr, size) = (WrittenVr(element, layout), ValueSize(element, layout));
        WriteHeader(element.Tag, vr, layout, size ?? Undefined);
        switch (element.Value)
        {
            case BytesValue bytes:
                WriteBytes(bytes, element.Vr, layout);
                break;
            case SequenceValue sequence:
                foreach (var item in sequence.Items)
                    WriteItem(item, InnerLayout(vr, layout));
                break;
            case FragmentsValue fragments:
                foreach (var fragment in fragments.Fragments)
                {
                    WriteHeader(Tag.Item, ValueRepresentation.None, layout, Even(fragment.Length));
                    WriteBytes(fragment, ValueRepresentation.None, layout);
                }

                break;
        }

        if (size is null)
            WriteHeader(Tag.SequenceDelimiter, ValueRepresentation.None, InnerLayout(vr, layout), 0);
    }

    private void WriteItem(SequenceItem item, DataSetEncoding layout)
    {
        WriteHeader(Tag.Item, ValueRepresentation.None, layout, ItemSize(item, layout) ?? Undefined);
        Write(item.DataSet, layout);
        if (ItemSize(item, layout) is null)
            WriteHeader(Tag.ItemDelimiter, ValueRepresentation.None, layout, 0);
    }

    private void WriteBytes(BytesValue value, ValueRepresentation vr, DataSetEncoding layout)
    {
        var width = value.IsBigEndian == (layout == DataSetEncoding.ExplicitBigEndian) ? 1 : vr.NumberWidth;
        value.Stream(
            block =>
            {
                ByteOrder.Reverse(block.Span, width);
                target.Write(block.Span);
            },
            cancellation);
        if (value.Length % 2 != 0)
            target.WriteByte(vr.Padding);
    }

    private void WriteGroupLength(DataSet set, Tag tag, DataSetEncoding layout)
    {
        var length = set.Where(element => element.Tag.Group == tag.Group && element.Tag.Element != 0).Sum(element => Size(element, layout));
        var value = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(value, (uint)Math.Min(length, uint.MaxValue));
        Write(new DataElement(tag, ValueRepresentation.UnsignedLong, new BytesValue(value)), layout);
    }

    private void WriteHeader(Tag tag, ValueRepresentation vr, DataSetEncoding layout, uint length)
    {
        var isBig = layout == DataSetEncoding.ExplicitBigEndian;
        Span<byte> header = stackalloc byte[HeaderSize(tag, vr, layout)];
        header.Clear();
        UInt16(header, tag.Group, isBig);
        UInt16(header[2..], tag.Element, isBig);
        if (layout != DataSetEncoding.ImplicitLittleEndian && tag.Group != 0xFFFE)
        {
            (header[4], header[5]) = ((byte)(vr.Code >> 8), (byte)vr.Code);
            if (vr.HasShortLength)
                UInt16(header[6..], (ushort)length, isBig);
            else
                UInt32(header[8..], length, isBig);
        }
        else
        {
            UInt32(header[4..], length, isBig);
        }

        target.Write(header);
    }

    /// <summary>The VR that is written: UN where the VR's length is too short for the value or no reader could know it.</summary>
    private static ValueRepresentation WrittenVr(DataElement element, DataSetEncoding layout)
    {
        if (element.Value is SequenceValue)
            return element.Vr == ValueRepresentation.Sequence ? element.Vr : ValueRepresentation.Unknown;
        if (layout == DataSetEncoding.ImplicitLittleEndian)
            return element.Vr;
        var isTooLong = element.Vr.HasShortLength && element.Value is BytesValue { Length: > 0xFFFE };
        if (isTooLong && element.Vr.NumberWidth == 2 && element.Vr != ValueRepresentation.Of("AT"))
            return ValueRepresentation.Of("OW"); // of the same width: a look-up table of 65,536 entries
        return isTooLong || !element.Vr.IsLetters ? ValueRepresentation.Unknown : element.Vr;
    }

    /// <summary>A sequence in UN is implicit little endian, whatever is around it (PS3.5 section 6.2.2).</summary>
    private static DataSetEncoding InnerLayout(ValueRepresentation vr, DataSetEncoding layout) =>
        vr == ValueRepresentation.Unknown ? DataSetEncoding.ImplicitLittleEndian : layout;

    private static int HeaderSize(Tag tag, ValueRepresentation vr, DataSetEncoding layout) =>
        layout == DataSetEncoding.ImplicitLittleEndian || tag.Group == 0xFFFE || vr.HasShortLength
            ? ElementHeader.MinimumSize
            : ElementHeader.MaximumSize;

    private static uint Even(long length) => (uint)(length + (length % 2));

    /// <summary>The size of an element with its header and delimiter.</summary>
    private long Size(DataElement element, DataSetEncoding layout)
    {
        var vr = WrittenVr(element, layout);
        return HeaderSize(element.Tag, vr, layout) + (ValueSize(element, layout) ?? UndefinedSize(element, InnerLayout(vr, layout)));
    }

    /// <summary>The length that the header says; null where it is undefined.</summary>
    private uint? ValueSize(DataElement element, DataSetEncoding layout)
    {
        if (element.Value is BytesValue bytes)
            return Even(bytes.Length);
        var vr = WrittenVr(element, layout);
        // In UN a sequence of defined length would be bytes to every reader.
        if (element.Value is not SequenceValue { IsUndefinedLength: false } sequence || vr == ValueRepresentation.Unknown)
            return null;
        var size = sequence.Items.Sum(item => WholeItemSize(item, InnerLayout(vr, layout)));
        return size < Undefined ? (uint)size : null;
    }

    private long UndefinedSize(DataElement element, DataSetEncoding inner) => ElementHeader.MinimumSize + (element.Value switch
    {
        SequenceValue sequence => sequence.Items.Sum(item => WholeItemSize(item, inner)),
        FragmentsValue fragments => fragments.Fragments.Sum(fragment => ElementHeader.MinimumSize + (long)Even(fragment.Length)),
        _ => 0,
    });

    private uint? ItemSize(SequenceItem item, DataSetEncoding layout)
    {
        if (item.IsUndefinedLength)
            return null;
        var size = SetSize(item.DataSet, layout);
        return size < Undefined ? (uint)size : null;
    }

    private long WholeItemSize(SequenceItem item, DataSetEncoding layout) =>
        SetSize(item.DataSet, layout) + (ElementHeader.MinimumSize * (ItemSize(item, layout) is null ? 2 : 1));

    /// <summary>The size of an item's elements, each computed once: the header of everything around it wants to know it.</summary>
    private long SetSize(DataSet set, DataSetEncoding layout)
    {
        if (sizes.TryGetValue(set, out var known))
            return known;
        var size = set.Sum(element =>
            element.Tag.Element != 0 ? Size(element, layout)
            : groupLengths == GroupLengths.Recompute ? HeaderSize(element.Tag, ValueRepresentation.UnsignedLong, layout) + 4
            : 0);
        sizes.Add(set, size);
        return size;
    }

    private static void UInt16(Span<byte> bytes, ushort value, bool isBigEndian)
    {
        if (isBigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
    }

    private static void UInt32(Span<byte> bytes, uint value, bool isBigEndian)
    {
        if (isBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
    }
}
