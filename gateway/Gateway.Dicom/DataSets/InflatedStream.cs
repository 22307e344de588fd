using System.IO.Compression;

namespace Gateway.Dicom.DataSets;

/// <summary>
/// The inflated form of a deflated data set as a stream that can be positioned, without keeping it: forward it inflates, backward it
/// starts anew. Values that are read in their order cost one more inflation.
/// </summary>
/// <param name="deflated">A seekable stream.</param>
/// <param name="origin">Where in it the deflated data starts.</param>
internal sealed class InflatedStream(Stream deflated, long origin) : Stream
{
    private readonly byte[] passedOver = new byte[16 * 1024];
    private DeflateStream? inflating;
    private long inflated;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get; set; }

    /// <exception cref="IOException">The data does not inflate any more, as it did when the data set was loaded.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Inflate(buffer);
        }
        catch (InvalidDataException failure)
        {
            throw new IOException("The deflated data set is not what it was when it was loaded.", failure);
        }
    }

    private int Inflate(Span<byte> buffer)
    {
        if (inflating is null || Position < inflated)
        {
            inflating?.Dispose();
            deflated.Position = origin;
            inflating = new DeflateStream(deflated, CompressionMode.Decompress, leaveOpen: true);
            inflated = 0;
        }

        while (inflated < Position)
        {
            var read = inflating.Read(passedOver, 0, (int)Math.Min(passedOver.Length, Position - inflated));
            if (read == 0)
                return 0;
            inflated += read;
        }

        var taken = inflating.Read(buffer);
        inflated += taken;
        Position = inflated;
        return taken;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inflating?.Dispose();
        base.Dispose(disposing);
    }
}
