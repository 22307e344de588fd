using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.DataSets;

/// <summary>A data element (PS3.5 section 7.1).</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Vr">The VR as it was written, or, in implicit VR, what the dictionary says; UN where nobody says it.</param>
/// <param name="Value">The value.</param>
public sealed record DataElement(Tag Tag, ValueRepresentation Vr, ElementValue Value)
{
    /// <summary>The VR by which the value is read: where it is UN and the dictionary knows better, that one (PS3.5 section 6.2.2).</summary>
    public ValueRepresentation EffectiveVr =>
        Vr == ValueRepresentation.Unknown || Vr == ValueRepresentation.None ? DataDictionary.RepresentationOf(Tag) : Vr;

    /// <summary>An element of VR UI with one UID.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The UID.</param>
    public static DataElement OfIdentifier(Tag tag, Uid value) =>
        OfText(tag, ValueRepresentation.Identifier, System.Text.Encoding.ASCII.GetBytes(value.Value));

    /// <summary>An element that is a sequence.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="items">The items in their order.</param>
    public static DataElement OfItems(Tag tag, IEnumerable<DataSet> items) =>
        new(tag, ValueRepresentation.Sequence, new SequenceValue([.. items.Select(item => new SequenceItem(item))]));

    /// <summary>An element of text in bytes that are already in the right character set, padded to an even length.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="vr">Its VR.</param>
    /// <param name="bytes">The text's bytes.</param>
    public static DataElement OfText(Tag tag, ValueRepresentation vr, ReadOnlySpan<byte> bytes) =>
        new(tag, vr, new BytesValue(bytes.Length % 2 == 0 ? bytes.ToArray() : [.. bytes, vr.Padding]));
}
