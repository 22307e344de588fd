namespace Gateway.Dicom.DataSets;

/// <summary>An item of a sequence (PS3.5 section 7.5).</summary>
/// <param name="DataSet">Its elements.</param>
/// <param name="IsUndefinedLength">Whether a delimiter ends it, and not its length.</param>
public sealed record SequenceItem(DataSet DataSet, bool IsUndefinedLength = false);
