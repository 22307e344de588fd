namespace Gateway.Dicom.DataSets;

/// <summary>Where and why a data set is malformed. It holds tags and numbers, never a value, and may be logged.</summary>
/// <param name="Offset">Bytes from the start of the data set.</param>
/// <param name="Path">The tags that lead there, outermost first, joined by slashes.</param>
/// <param name="Reason">What was found, and what is allowed.</param>
public sealed record DataSetProblem(long Offset, string Path, string Reason)
{
    /// <summary>The problem in one line.</summary>
    public override string ToString() => $"{Reason} (at byte {Offset}{(Path.Length > 0 ? $", in {Path}" : "")})";
}
