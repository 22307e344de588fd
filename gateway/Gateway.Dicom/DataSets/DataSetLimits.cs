namespace Gateway.Dicom.DataSets;

/// <summary>What a reader goes through before it gives up, and what it keeps in memory.</summary>
/// <param name="MaximumNesting">The deepest nesting of sequences; DCMTK has the same limit.</param>
/// <param name="MaximumInflatedBytes">The longest inflated form of a deflated data set, in bytes.</param>
public sealed record DataSetLimits(int MaximumNesting, long MaximumInflatedBytes)
{
    /// <summary>64 sequences deep, 2 GiB inflated, two million elements, values up to 64 KiB and 64 MiB together.</summary>
    public static DataSetLimits Default { get; } = new(64, 2L << 30);

    /// <summary>The most elements, items and fragments that a data set in memory may have; each takes some 100 bytes.</summary>
    public int MaximumElements { get; init; } = 2_000_000;

    /// <summary>The longest value that is loaded, in bytes; a longer one is referred to in the stream that it came from.</summary>
    public int LongestLoadedValue { get; init; } = 64 * 1024;

    /// <summary>How many bytes of values are loaded of one data set; all after them are referred to.</summary>
    public long MaximumLoadedBytes { get; init; } = 64L << 20;
}
