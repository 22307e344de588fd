using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.DataSets;

/// <summary>
/// The VRs of elements whose encoding leaves them out (PS3.5 annex A.1, PS3.6), also of those for which the dictionary allows several and
/// the data set itself says which: signed or unsigned by Pixel Representation, words or bytes by the bits of a sample.
/// </summary>
/// <param name="IsSigned">Whether pixels are signed, by the nearest data set that says it.</param>
/// <param name="BitsAllocated">The bits of a pixel, by the nearest data set that says it; 16 where none does.</param>
/// <param name="WaveformBits">The bits of a waveform's sample, likewise.</param>
internal sealed record ImplicitRepresentations(bool IsSigned = false, long BitsAllocated = 16, long WaveformBits = 16)
{
    private static readonly Tag PixelRepresentation = new(0x0028, 0x0103);
    private static readonly Tag AllocatedBits = new(0x0028, 0x0100);
    private static readonly Tag WaveformBitsAllocated = new(0x5400, 0x1004);
    private static readonly Tag LookUpTableData = new(0x0028, 0x3006);

    /// <summary>What holds inside a data set, which says some of it anew.</summary>
    public ImplicitRepresentations Inside(DataSet set)
    {
        var (signed, bits, waveform) = (First(set, PixelRepresentation), First(set, AllocatedBits), First(set, WaveformBitsAllocated));
        if (signed is null && bits is null && waveform is null)
            return this;
        return new ImplicitRepresentations(signed is null ? IsSigned : signed == 1, bits ?? BitsAllocated, waveform ?? WaveformBits);
    }

    public ValueRepresentation Of(DataElement element)
    {
        if (element.Value is SequenceValue)
            return ValueRepresentation.Sequence;
        if (element.Value is FragmentsValue)
            return ValueRepresentation.Of("OB");
        var vr = DataDictionary.RepresentationOf(element.Tag);
        if (element.Tag == LookUpTableData)
            return ValueRepresentation.Of("OW");
        return vr.ToString() switch
        {
            "US" when IsSigned && Allows(element.Tag, "SS") => ValueRepresentation.Of("SS"),
            "OB" when Allows(element.Tag, "OW") => ValueRepresentation.Of(Bits(element.Tag) > 8 ? "OW" : "OB"),
            "SQ" => ValueRepresentation.Unknown, // its value is no sequence
            "" => ValueRepresentation.Unknown,
            _ => vr,
        };
    }

    private long Bits(Tag tag) => tag.Group switch
    {
        0x5400 => WaveformBits,
        0x7FE0 => BitsAllocated,
        _ => 16, // implicit VR has words (PS3.5 annex A.1)
    };

    private static bool Allows(Tag tag, string vr) =>
        DataDictionary.Find(tag)!.Representations.Contains(ValueRepresentation.Of(vr));

    private static long? First(DataSet set, Tag tag) => set.Integers(tag) is [var first, ..] ? first : null;
}
