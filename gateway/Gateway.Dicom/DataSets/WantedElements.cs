using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.DataSets;

/// <summary>Keeps the elements of the top level that identify the instance, name its character set, or are wanted.</summary>
internal sealed class WantedElements(IReadOnlySet<Tag> wanted) : IStructureVisitor
{
    public Dictionary<Tag, RawElement> Found { get; } = [];

    public bool IsSequence(ElementHeader header, DataCursor cursor) => false;

    public void Element(ElementHeader header, DataSetEncoding encoding, bool isRoot, DataCursor cursor)
    {
        var tag = header.Tag;
        var identifies = tag == Tag.SopClassUid || tag == Tag.SopInstanceUid || tag == Tag.StudyInstanceUid
            || tag == Tag.SeriesInstanceUid || tag == Tag.SpecificCharacterSet;
        if (!isRoot || (!identifies && !wanted.Contains(tag)) || header.Length > RawElement.LongestWanted || Found.ContainsKey(tag))
            return;
        var whole = cursor.Peek(header.Size + (int)header.Length);
        if (whole.Length == header.Size + (int)header.Length)
            Found[tag] = new RawElement(tag, header.Vr, whole[header.Size..].ToArray(), encoding == DataSetEncoding.ExplicitBigEndian);
    }

    public void Open(LevelKind kind, ElementHeader header)
    {
    }

    public void Fragment(long position, uint length)
    {
    }

    public void Close(LevelKind kind)
    {
    }
}
