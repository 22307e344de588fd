namespace Gateway.Dicom.DataSets;

/// <summary>What a structural reader must know of the two characters of a value representation (PS3.5 sections 6.2 and 7.1.2).</summary>
internal static class ValueRepresentation
{
    public const ushort Sequence = ('S' << 8) | 'Q';

    /// <summary>
    /// Those with a length of two bytes; every other, also one that is registered later, has two reserved bytes and a length of four.
    /// </summary>
    public static bool HasShortLength(ushort vr) => Characters(vr) is
        ('A', 'E' or 'S' or 'T') or ('C', 'S') or ('D', 'A' or 'S' or 'T') or ('F', 'D' or 'L') or ('I', 'S') or ('L', 'O' or 'T')
        or ('P', 'N') or ('S', 'H' or 'L' or 'S' or 'T') or ('T', 'M') or ('U', 'I' or 'L' or 'S');

    /// <summary>OB, OD, OF, OL, OV and OW, whose value of undefined length is encapsulated in fragments (PS3.5 annex A.4).</summary>
    public static bool IsOther(ushort vr) => Characters(vr) is ('O', _);

    /// <summary>Those with a length of four bytes that must be defined (PS3.5 section 7.1.2).</summary>
    public static bool IsAlwaysDefined(ushort vr) => Characters(vr) is ('S', 'V') or ('U', 'C' or 'R' or 'T' or 'V');

    private static (char First, char Second) Characters(ushort vr) => ((char)(vr >> 8), (char)(vr & 0xFF));
}
