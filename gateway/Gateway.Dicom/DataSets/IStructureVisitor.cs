using Gateway.Dicom.Registry;

namespace Gateway.Dicom.DataSets;

/// <summary>What is open in a walk: the data set or an item (elements), a sequence (items), or encapsulated pixel data (fragments).</summary>
internal enum LevelKind
{
    Elements,
    Items,
    Fragments,
}

/// <summary>Is told what a walk passes by, in its order. It may stop the walk with an <see cref="InvalidDataException"/>.</summary>
internal interface IStructureVisitor
{
    /// <summary>Whether a value of defined length, whose VR is not written, is a sequence to be walked. The cursor is at the header.</summary>
    bool IsSequence(ElementHeader header, DataCursor cursor);

    /// <summary>An element whose value is not walked. The cursor is at the header.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="encoding">How it is laid out.</param>
    /// <param name="isRoot">Whether it is of the top level.</param>
    /// <param name="cursor">The data, of which the value may be peeked at.</param>
    void Element(ElementHeader header, DataSetEncoding encoding, bool isRoot, DataCursor cursor);

    /// <summary>A sequence, an item or encapsulated data begins.</summary>
    void Open(LevelKind kind, ElementHeader header);

    /// <summary>A fragment of encapsulated data; the position is that of its bytes.</summary>
    void Fragment(long position, uint length);

    /// <summary>What was opened last ends.</summary>
    void Close(LevelKind kind);
}
