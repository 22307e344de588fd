namespace Gateway.Dicom.DataSets;

/// <summary>What a structural reader goes through before it gives up.</summary>
/// <param name="MaximumNesting">The deepest nesting of sequences; DCMTK has the same limit.</param>
/// <param name="MaximumInflatedBytes">The longest inflated form of a deflated data set, in bytes.</param>
public sealed record DataSetLimits(int MaximumNesting, long MaximumInflatedBytes)
{
    /// <summary>64 sequences deep, 2 GiB inflated.</summary>
    public static DataSetLimits Default { get; } = new(64, 2L << 30);
}
