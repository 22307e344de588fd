namespace Gateway.Dicom.DataSets;

/// <summary>
/// A position in a seekable stream with a small window of bytes, so that headers are read in blocks and long values are never read.
/// </summary>
internal sealed class StreamCursor
{
    private readonly Stream stream;
    private readonly byte[] window = new byte[4096];
    private readonly long origin;
    private long windowStart;
    private int windowLength;

    public StreamCursor(Stream stream)
    {
        this.stream = stream;
        origin = stream.Position;
        Length = stream.Length - origin;
    }

    /// <summary>Bytes from the start of the data set to its end.</summary>
    public long Length { get; }

    /// <summary>Bytes from the start of the data set.</summary>
    public long Position { get; private set; }

    /// <summary>Up to <paramref name="count"/> bytes from the position on, fewer at the end; the position stays.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        var offset = Position - windowStart;
        if (offset < 0 || offset + count > windowLength)
        {
            stream.Position = origin + Position;
            windowStart = Position;
            windowLength = stream.ReadAtLeast(window, count, throwOnEndOfStream: false);
            offset = 0;
        }

        return window.AsSpan((int)offset, Math.Min(count, windowLength - (int)offset));
    }

    public void Skip(long count) => Position += count;
}
