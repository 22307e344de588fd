using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Dictionary;

/// <summary>What the data dictionary says of an element (PS3.6).</summary>
/// <param name="Tag">The tag that was asked for.</param>
/// <param name="Keyword">The keyword, such as <c>PatientName</c>.</param>
/// <param name="Representations">The VRs that are allowed; none for an item and its delimiters.</param>
/// <param name="Multiplicity">How many values are allowed, as the standard writes it: <c>1</c>, <c>1-n</c>, <c>2-2n</c>.</param>
/// <param name="IsRetired">Whether the standard has given the element up.</param>
public sealed record DictionaryEntry(
    Tag Tag, string Keyword, IReadOnlyList<ValueRepresentation> Representations, string Multiplicity, bool IsRetired);
