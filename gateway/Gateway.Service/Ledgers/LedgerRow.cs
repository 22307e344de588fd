namespace Gateway.Service.Ledgers;

/// <summary>One object of the spool, as the ledger has it.</summary>
/// <param name="Name">Its name in the spool.</param>
/// <param name="InstanceHash">The hash of its SOP instance UID.</param>
/// <param name="SopClassUid">Its SOP class.</param>
/// <param name="SopInstanceUid">Its SOP instance UID.</param>
/// <param name="StudyInstanceUid">Its study, where it names one.</param>
/// <param name="SeriesInstanceUid">Its series, where it names one.</param>
/// <param name="TransferSyntaxUid">The transfer syntax of its data set.</param>
/// <param name="DataSetSha256">The SHA-256 of its data set, taken at the entrance.</param>
/// <param name="DataSetBytes">The length of its data set in bytes.</param>
/// <param name="CallingAeTitle">Who sent it.</param>
/// <param name="ReceivedAt">When it was received, UTC.</param>
internal sealed record LedgerRow(
    string Name, string InstanceHash, string SopClassUid, string SopInstanceUid, string? StudyInstanceUid, string? SeriesInstanceUid,
    string TransferSyntaxUid, string DataSetSha256, long DataSetBytes, string? CallingAeTitle, DateTimeOffset ReceivedAt);
