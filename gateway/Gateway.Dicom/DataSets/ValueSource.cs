namespace Gateway.Dicom.DataSets;

/// <summary>The bytes from which a long value is read when it is needed.</summary>
internal abstract class ValueSource
{
    /// <summary>How much is read at once, a multiple of every width of a number.</summary>
    public const int BlockLength = 64 * 1024;

    /// <summary>Fills a part of a value from an offset on.</summary>
    /// <exception cref="IOException">The bytes cannot be had.</exception>
    public abstract void Read(long offset, Span<byte> target);
}
