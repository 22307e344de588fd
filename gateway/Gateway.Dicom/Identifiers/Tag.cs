namespace Gateway.Dicom.Identifiers;

/// <summary>The tag of a data element: group and element number (PS3.5 section 7.1).</summary>
/// <param name="Group">The group number.</param>
/// <param name="Element">The element number in the group.</param>
public readonly record struct Tag(ushort Group, ushort Element) : IComparable<Tag>
{
    /// <summary>Specific Character Set.</summary>
    public static Tag SpecificCharacterSet => new(0x0008, 0x0005);

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

    /// <summary>Group and element as one number, in whose order elements stand in a data set (PS3.5 section 7.1).</summary>
    public uint Number => ((uint)Group << 16) | Element;

    /// <summary>Whether the group is one of a manufacturer's (PS3.5 section 7.8): odd, and none of those that are forbidden.</summary>
    public bool IsPrivate => Group % 2 != 0 && Group is > 0x0008 and not 0xFFFF;

    /// <summary>Whether the element reserves a block of private elements for the creator that its value names (PS3.5 section 7.8.1).</summary>
    public bool IsPrivateCreator => IsPrivate && Element is >= 0x0010 and <= 0x00FF;

    /// <summary>The element that names the creator of this private element (PS3.5 section 7.8.1); null where there is none.</summary>
    public Tag? PrivateCreator => IsPrivate && Element >= 0x1000 ? this with { Element = (ushort)(Element >> 8) } : null;

    /// <summary>Whether the first tag stands before the second.</summary>
    public static bool operator <(Tag first, Tag second) => first.Number < second.Number;

    /// <summary>Whether the first tag stands behind the second.</summary>
    public static bool operator >(Tag first, Tag second) => first.Number > second.Number;

    /// <summary>Whether the first tag is the second or stands before it.</summary>
    public static bool operator <=(Tag first, Tag second) => first.Number <= second.Number;

    /// <summary>Whether the first tag is the second or stands behind it.</summary>
    public static bool operator >=(Tag first, Tag second) => first.Number >= second.Number;

    /// <inheritdoc/>
    public int CompareTo(Tag other) => Number.CompareTo(other.Number);

    /// <summary>The tag as the standard writes it: <c>(gggg,eeee)</c>, hexadecimal.</summary>
    public override string ToString() => $"({Group:X4},{Element:X4})";
}
