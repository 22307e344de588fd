namespace Gateway.Dicom.DataSets;

/// <summary>
/// A position in a seekable stream with a small window of bytes, so that headers are read in blocks and long values are never read.
/// </summary>
internal sealed class StreamCursor : DataCursor
{
    private readonly Stream stream;
    private readonly byte[] window;
    private readonly long origin;
    private long windowStart;
    private int windowLength;

    public StreamCursor(Stream stream)
    {
        this.stream = stream;
        origin = stream.Position;
        Length = stream.Length - origin;
        window = new byte[Math.Clamp(Length, 0, Window)]; // of small private sequences there may be very many
    }

    public override long Length { get; }

    public override ReadOnlySpan<byte> Peek(int count)
    {
        var offset = Position - windowStart;
        if (offset < 0 || offset + count > windowLength)
        {
            stream.Position = origin + Position;
            windowStart = Position;
            windowLength = stream.ReadAtLeast(window, Math.Min(count, window.Length), throwOnEndOfStream: false);
            offset = 0;
        }

        return window.AsSpan((int)offset, Math.Min(count, windowLength - (int)offset));
    }

    public override void Read(int ahead, Span<byte> target)
    {
        if (ahead + target.Length <= Window)
        {
            Peek(ahead + target.Length)[ahead..].CopyTo(target);
            return;
        }

        stream.Position = origin + Position + ahead;
        stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
    }

    public override bool Skip(long count)
    {
        Position += count;
        return Position <= Length;
    }
}
