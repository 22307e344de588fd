namespace Gateway.Dicom.DataSets;

/// <summary>A value representation (PS3.5 section 6.2): two capitals, or none where the encoding leaves it out.</summary>
/// <param name="Code">The two characters, the first in the high byte; 0 where there is none.</param>
public readonly record struct ValueRepresentation(ushort Code)
{
    /// <summary>Not said, as in implicit VR.</summary>
    public static ValueRepresentation None => default;

    /// <summary>Code String.</summary>
    public static ValueRepresentation CodeString => Of("CS");

    /// <summary>Long String.</summary>
    public static ValueRepresentation LongString => Of("LO");

    /// <summary>Long Text.</summary>
    public static ValueRepresentation LongText => Of("LT");

    /// <summary>Person Name.</summary>
    public static ValueRepresentation PersonName => Of("PN");

    /// <summary>Sequence of Items.</summary>
    public static ValueRepresentation Sequence => Of("SQ");

    /// <summary>Short Text.</summary>
    public static ValueRepresentation ShortText => Of("ST");

    /// <summary>Unique Identifier.</summary>
    public static ValueRepresentation Identifier => Of("UI");

    /// <summary>Unknown.</summary>
    public static ValueRepresentation Unknown => Of("UN");

    /// <summary>Unsigned Long.</summary>
    public static ValueRepresentation UnsignedLong => Of("UL");

    /// <summary>Universal Resource Identifier.</summary>
    public static ValueRepresentation ResourceIdentifier => Of("UR");

    /// <summary>Unlimited Text.</summary>
    public static ValueRepresentation UnlimitedText => Of("UT");

    private char First => (char)(Code >> 8);

    private char Second => (char)(Code & 0xFF);

    /// <summary>
    /// Whether the length is of two bytes (PS3.5 section 7.1.2); every other VR, also one that is registered later, has two reserved
    /// bytes and a length of four.
    /// </summary>
    public bool HasShortLength => (First, Second) is
        ('A', 'E' or 'S' or 'T') or ('C', 'S') or ('D', 'A' or 'S' or 'T') or ('F', 'D' or 'L') or ('I', 'S') or ('L', 'O' or 'T')
        or ('P', 'N') or ('S', 'H' or 'L' or 'S' or 'T') or ('T', 'M') or ('U', 'I' or 'L' or 'S');

    /// <summary>OB, OD, OF, OL, OV and OW, whose value of undefined length is encapsulated in fragments (PS3.5 annex A.4).</summary>
    public bool IsOther => First == 'O';

    /// <summary>Whether the length is of four bytes and must be defined (PS3.5 section 7.1.2).</summary>
    public bool IsAlwaysDefined => (First, Second) is ('S', 'V') or ('U', 'C' or 'R' or 'T' or 'V');

    /// <summary>Whether the value is text in the data set's Specific Character Set (PS3.5 section 6.1.2.3).</summary>
    public bool IsInCharacterSet => (First, Second) is ('L', 'O' or 'T') or ('P', 'N') or ('S', 'H' or 'T') or ('U', 'C' or 'T');

    /// <summary>Whether the value is text, in whichever repertoire.</summary>
    public bool IsText => IsInCharacterSet
        || (First, Second) is ('A', 'E' or 'S') or ('C', 'S') or ('D', 'A' or 'S' or 'T') or ('I', 'S') or ('T', 'M') or ('U', 'I' or 'R');

    /// <summary>Whether the value is one text, in which a backslash separates nothing and leading spaces count (PS3.5 section 6.2).</summary>
    public bool IsOneText => this == LongText || this == ShortText || this == UnlimitedText || this == ResourceIdentifier;

    /// <summary>Whether the two characters are letters, as those of every VR are.</summary>
    public bool IsLetters => char.IsAsciiLetter(First) && char.IsAsciiLetter(Second);

    /// <summary>The bytes of one number in a value, whose order differs between little and big endian (PS3.5 section 7.3); 1 for others.</summary>
    public int NumberWidth => (First, Second) switch
    {
        ('A', 'T') or ('O', 'W') or ('S', 'S') or ('U', 'S') => 2,
        ('F', 'L') or ('O', 'F' or 'L') or ('S', 'L') or ('U', 'L') => 4,
        ('F', 'D') or ('O', 'D' or 'V') or ('S', 'V') or ('U', 'V') => 8,
        _ => 1,
    };

    /// <summary>What makes the length of a value even (PS3.5 section 6.2): a space for text, NUL for UIDs and all else.</summary>
    public byte Padding => IsText && this != Identifier ? (byte)' ' : (byte)0;

    /// <summary>The VR of two capitals.</summary>
    /// <exception cref="ArgumentException">The name is not two characters long.</exception>
    public static ValueRepresentation Of(string name) => name is [var first, var second]
        ? new ValueRepresentation((ushort)((first << 8) | (second & 0xFF)))
        : throw new ArgumentException($"\"{name}\" is no VR: it has two characters.", nameof(name));

    /// <summary>The two characters; nothing where there is none.</summary>
    public override string ToString() => Code == 0 ? "" : $"{First}{Second}";
}
