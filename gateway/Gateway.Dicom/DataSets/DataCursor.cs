namespace Gateway.Dicom.DataSets;

/// <summary>A position in the bytes of a data set that only goes forward.</summary>
internal abstract class DataCursor
{
    /// <summary>The most bytes that can be peeked at.</summary>
    public const int Window = 8192;

    /// <summary>Bytes from the start of the data set to its end; the greatest number where only reading can tell.</summary>
    public abstract long Length { get; }

    /// <summary>Bytes from the start of the data set.</summary>
    public long Position { get; protected set; }

    /// <summary>Up to <paramref name="count"/> bytes from the position on, fewer at the end; the position stays.</summary>
    public abstract ReadOnlySpan<byte> Peek(int count);

    /// <summary>Reads bytes from a distance ahead on, as far as there are any; the position stays.</summary>
    public abstract void Read(int ahead, Span<byte> target);

    /// <summary>Goes forward; false where the data ends before.</summary>
    public abstract bool Skip(long count);
}
