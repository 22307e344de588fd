using Gateway.Dicom.Dimse;

namespace Gateway.Dicom.Storage;

/// <summary>How a provider answers a C-STORE.</summary>
/// <param name="Status">The status (PS3.4 table B.2-1).</param>
/// <param name="ErrorComment">What was wrong, at most 64 characters, without patient data; null where nothing was.</param>
public readonly record struct StoreOutcome(DimseStatus Status, string? ErrorComment = null);
