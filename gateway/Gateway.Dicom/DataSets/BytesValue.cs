namespace Gateway.Dicom.DataSets;

/// <summary>
/// A value of bytes as they stand in the data set: in memory, or, where it is long, in the stream that the data set was read from, which
/// must then be open and is used by one thread at a time.
/// </summary>
public sealed class BytesValue : ElementValue
{
    private readonly ReadOnlyMemory<byte> loaded;
    private readonly ValueSource? source;
    private readonly long offset;

    /// <summary>A value in memory.</summary>
    /// <param name="bytes">The bytes, with padding or without.</param>
    /// <param name="isBigEndian">Whether numbers in it have their high byte first.</param>
    public BytesValue(ReadOnlyMemory<byte> bytes, bool isBigEndian = false)
    {
        loaded = bytes;
        Length = bytes.Length;
        IsBigEndian = isBigEndian;
    }

    internal BytesValue(ValueSource source, long offset, long length, bool isBigEndian)
    {
        this.source = source;
        this.offset = offset;
        Length = length;
        IsBigEndian = isBigEndian;
    }

    /// <summary>The length in bytes.</summary>
    public long Length { get; }

    /// <summary>Whether numbers in it have their high byte first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>Whether the bytes are in memory.</summary>
    public bool IsLoaded => source is null;

    /// <summary>All bytes, loaded for the call where they are not in memory.</summary>
    /// <exception cref="IOException">The stream fails, or is shorter than it was.</exception>
    /// <exception cref="InvalidOperationException">The value is longer than an array may be.</exception>
    public ReadOnlyMemory<byte> ToMemory()
    {
        if (source is null)
            return loaded;
        if (Length > Array.MaxLength)
            throw new InvalidOperationException($"A value of {Length} bytes does not fit into memory.");
        var bytes = new byte[Length];
        source.Read(offset, bytes);
        return bytes;
    }

    /// <summary>Reads a part of the bytes.</summary>
    /// <param name="start">The first byte, from the start of the value.</param>
    /// <param name="target">Is filled whole.</param>
    /// <exception cref="IOException">The stream fails, or is shorter than it was.</exception>
    public void Read(long start, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - target.Length);
        if (source is null)
            loaded.Span.Slice((int)start, target.Length).CopyTo(target);
        else
            source.Read(offset + start, target);
    }

    /// <summary>Hands the bytes on in blocks whose lengths are multiples of 8, except the last.</summary>
    internal void Stream(Action<Memory<byte>> take, CancellationToken cancellation)
    {
        var buffer = new byte[Math.Min(Length, ValueSource.BlockLength)];
        for (long start = 0; start < Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var block = buffer.AsMemory(0, (int)Math.Min(buffer.Length, Length - start));
            Read(start, block.Span);
            take(block);
            start += block.Length;
        }
    }
}
