namespace Gateway.Dicom.Identifiers;

/// <summary>The tag of a data element: group and element number (PS3.5 section 7.1).</summary>
/// <param name="Group">The group number.</param>
/// <param name="Element">The element number in the group.</param>
public readonly record struct Tag(ushort Group, ushort Element)
{
    /// <summary>SOP Class UID.</summary>
    public static Tag SopClassUid => new(0x0008, 0x0016);

    /// <summary>SOP Instance UID.</summary>
    public static Tag SopInstanceUid => new(0x0008, 0x0018);

    /// <summary>Study Instance UID.</summary>
    public static Tag StudyInstanceUid => new(0x0020, 0x000D);

    /// <summary>Series Instance UID.</summary>
    public static Tag SeriesInstanceUid => new(0x0020, 0x000E);

    /// <summary>Pixel Data, the one element whose value may be encapsulated in fragments (PS3.5 annex A.4).</summary>
    public static Tag PixelData => new(0x7FE0, 0x0010);

    /// <summary>Item (PS3.5 section 7.5).</summary>
    public static Tag Item => new(0xFFFE, 0xE000);

    /// <summary>Item Delimitation Item (PS3.5 section 7.5).</summary>
    public static Tag ItemDelimiter => new(0xFFFE, 0xE00D);

    /// <summary>Sequence Delimitation Item (PS3.5 section 7.5).</summary>
    public static Tag SequenceDelimiter => new(0xFFFE, 0xE0DD);

    /// <summary>The tag as the standard writes it: <c>(gggg,eeee)</c>, hexadecimal.</summary>
    public override string ToString() => $"({Group:X4},{Element:X4})";
}
