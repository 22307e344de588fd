using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.DataSets;

/// <summary>What a structural reader found: the identifying UIDs of the top level, and whether the data set is well formed.</summary>
/// <param name="SopClassUid">SOP Class UID (0008,0016), where it is there and readable.</param>
/// <param name="SopInstanceUid">SOP Instance UID (0008,0018), where it is there and readable.</param>
/// <param name="StudyInstanceUid">Study Instance UID (0020,000D), where it is there and readable.</param>
/// <param name="SeriesInstanceUid">Series Instance UID (0020,000E), where it is there and readable.</param>
/// <param name="IsOpaque">Whether the elements were not looked at: the data set is deflated or in a private transfer syntax.</param>
/// <param name="Problem">The first problem; null where the data set is well formed.</param>
public sealed record DataSetSummary(
    Uid? SopClassUid, Uid? SopInstanceUid, Uid? StudyInstanceUid, Uid? SeriesInstanceUid, bool IsOpaque, DataSetProblem? Problem);
