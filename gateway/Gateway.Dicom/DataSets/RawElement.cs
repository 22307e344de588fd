using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.DataSets;

/// <summary>An element as it stands in the data set.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Vr">The VR as it was written; none in implicit VR.</param>
/// <param name="Value">The bytes of the value, with their padding.</param>
/// <param name="IsBigEndian">Whether numbers in it have their high byte first.</param>
public sealed record RawElement(Tag Tag, ValueRepresentation Vr, ReadOnlyMemory<byte> Value, bool IsBigEndian)
{
    /// <summary>The longest value that is kept of a wanted element, in bytes; a longer one is as if it were absent.</summary>
    public const int LongestWanted = 4096;

    /// <summary>The VR as it was written, or, where it says nothing, the one of the dictionary (PS3.5 section 6.2.2).</summary>
    public ValueRepresentation EffectiveVr =>
        Vr == ValueRepresentation.None || Vr == ValueRepresentation.Unknown ? DataDictionary.RepresentationOf(Tag) : Vr;
}
