using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Text;

namespace Gateway.Dicom.DataSets;

/// <summary>Makes a data set in memory of what a walk passes by.</summary>
/// <param name="source">Where long values stay.</param>
/// <param name="limits">What is loaded, and how much is kept at all.</param>
/// <param name="hasBigEndianPixels">Whether the native pixels have their high byte first, as in a syntax of GE's.</param>
internal sealed class DataSetBuilder(ValueSource source, DataSetLimits limits, bool hasBigEndianPixels) : IStructureVisitor
{
    private readonly Stack<OpenLevel> levels = new([new OpenLevel(default)]);
    private int elements;
    private long loadedBytes;

    public DataSet Complete()
    {
        var root = new DataSet(levels.Peek().Elements);
        root.Complete(SpecificCharacterSet.Default, new ImplicitRepresentations());
        return root;
    }

    /// <summary>What a walk through items alone has made.</summary>
    public IReadOnlyList<SequenceItem> CompleteItems(SpecificCharacterSet outer)
    {
        foreach (var item in levels.Peek().Items)
            item.DataSet.Complete(outer, new ImplicitRepresentations());
        return levels.Peek().Items;
    }

    public bool IsSequence(ElementHeader header, DataCursor cursor)
    {
        if (DataDictionary.RepresentationOf(header.Tag) != ValueRepresentation.Sequence || header.Length < ElementHeader.MinimumSize)
            return false;
        var start = cursor.Peek(header.Size + 4);
        return start.Length > header.Size && start[header.Size..] is [0xFE, 0xFF, 0x00 or 0xDD, 0xE0];
    }

    public void Element(ElementHeader header, DataSetEncoding encoding, bool isRoot, DataCursor cursor)
    {
        Count();
        var isBigEndian = encoding == DataSetEncoding.ExplicitBigEndian;
        if (isRoot && hasBigEndianPixels && header.Tag == Tag.PixelData)
            isBigEndian = true;
        if (header.Length == 0 && header.Vr == ValueRepresentation.Sequence)
            Add(header, new SequenceValue([]));
        else
            Add(header, Value(header, isBigEndian, cursor));
    }

    public void Open(LevelKind kind, ElementHeader header)
    {
        Count();
        levels.Push(new OpenLevel(header));
    }

    public void Fragment(long position, uint length)
    {
        Count();
        levels.Peek().Fragments.Add(new BytesValue(source, position, length, isBigEndian: false));
    }

    public void Close(LevelKind kind)
    {
        var closed = levels.Pop();
        switch (kind)
        {
            case LevelKind.Elements:
                levels.Peek().Items.Add(new SequenceItem(new DataSet(closed.Elements), closed.Header.IsUndefined));
                break;
            case LevelKind.Items:
                Add(closed.Header, new SequenceValue(closed.Items, closed.Header.IsUndefined));
                break;
            default:
                Add(closed.Header, new FragmentsValue(closed.Fragments));
                break;
        }
    }

    private void Add(ElementHeader header, ElementValue value) =>
        levels.Peek().Elements.Add(new DataElement(header.Tag, header.Vr, value));

    private BytesValue Value(ElementHeader header, bool isBigEndian, DataCursor cursor)
    {
        if (header.Length > limits.LongestLoadedValue || loadedBytes + header.Length > limits.MaximumLoadedBytes)
            return new BytesValue(source, cursor.Position + header.Size, header.Length, isBigEndian);
        loadedBytes += header.Length;
        var value = new byte[header.Length];
        cursor.Read(header.Size, value);
        return new BytesValue(value, isBigEndian);
    }

    private void Count()
    {
        if (++elements > limits.MaximumElements)
            throw new InvalidDataException($"The data set has more than {limits.MaximumElements} elements");
    }

    private sealed class OpenLevel(ElementHeader header)
    {
        public ElementHeader Header => header;

        public List<DataElement> Elements => field ??= [];

        public List<SequenceItem> Items => field ??= [];

        public List<BytesValue> Fragments => field ??= [];
    }
}
