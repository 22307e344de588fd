using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Text;

namespace Gateway.Dicom.DataSets;

/// <summary>What a structural reader found: the identifying UIDs of the top level, and whether the data set is well formed.</summary>
/// <param name="SopClassUid">SOP Class UID (0008,0016), where it is there and readable.</param>
/// <param name="SopInstanceUid">SOP Instance UID (0008,0018), where it is there and readable.</param>
/// <param name="StudyInstanceUid">Study Instance UID (0020,000D), where it is there and readable.</param>
/// <param name="SeriesInstanceUid">Series Instance UID (0020,000E), where it is there and readable.</param>
/// <param name="IsOpaque">Whether the elements were not looked at: the data set is in a private transfer syntax.</param>
/// <param name="Problem">The first problem; null where the data set is well formed.</param>
public sealed record DataSetSummary(
    Uid? SopClassUid, Uid? SopInstanceUid, Uid? StudyInstanceUid, Uid? SeriesInstanceUid, bool IsOpaque, DataSetProblem? Problem)
{
    /// <summary>
    /// The wanted elements of the top level that are there, each at most <see cref="RawElement.LongestWanted"/> bytes long; of one that
    /// stands there twice, the first. Where there is a problem, those before it.
    /// </summary>
    public IReadOnlyDictionary<Tag, RawElement> Wanted { get; init; } = new Dictionary<Tag, RawElement>();

    /// <summary>Specific Character Set (0008,0005), in which text is decoded.</summary>
    public SpecificCharacterSet CharacterSet { get; init; } = SpecificCharacterSet.Default;

    /// <summary>
    /// The text of a wanted element, decoded by the data set's Specific Character Set and without padding (PS3.5 section 6.2); what cannot
    /// be decoded is U+FFFD. Null where the element is absent or its VR is not one of text.
    /// </summary>
    /// <param name="tag">One of the wanted tags.</param>
    public string? Text(Tag tag)
    {
        if (!Wanted.TryGetValue(tag, out var element))
            return null;
        var vr = element.EffectiveVr;
        return vr.IsText ? CharacterSet.Decode(element.Value.Span, vr) : null;
    }
}
