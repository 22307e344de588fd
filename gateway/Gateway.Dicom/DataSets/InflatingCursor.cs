using System.IO.Compression;

namespace Gateway.Dicom.DataSets;

/// <summary>
/// A position in a deflated data set (PS3.5 annex A.5), which is inflated while the position goes forward; nothing of it is kept.
/// </summary>
internal sealed class InflatingCursor(Stream stream, long maximumInflatedBytes) : DataCursor, IDisposable
{
    private readonly DeflateStream inflated = new(stream, CompressionMode.Decompress, leaveOpen: true);
    private byte[] window = new byte[Window * 2];
    private int start;
    private int end;
    private readonly long origin = stream.Position;
    private long total;

    public override long Length => long.MaxValue;

    /// <exception cref="InvalidDataException">The data does not inflate, or to more than is allowed; the message says which.</exception>
    public override ReadOnlySpan<byte> Peek(int count)
    {
        if (end - start < count)
        {
            var wider = count > window.Length ? new byte[count + Window] : window;
            window.AsSpan(start, end - start).CopyTo(wider);
            window = wider;
            (start, end) = (0, end - start);
            while (end < count && Fill())
            {
            }
        }

        return window.AsSpan(start, Math.Min(count, end - start));
    }

    /// <exception cref="InvalidDataException">As for <see cref="Peek"/>.</exception>
    public override void Read(int ahead, Span<byte> target)
    {
        var bytes = Peek(ahead + target.Length);
        if (bytes.Length > ahead)
            bytes[ahead..].CopyTo(target);
    }

    /// <exception cref="InvalidDataException">As for <see cref="Peek"/>.</exception>
    public override bool Skip(long count)
    {
        while (count > 0)
        {
            if (start == end)
            {
                (start, end) = (0, 0);
                if (!Fill())
                    return false;
            }

            var step = (int)Math.Min(count, end - start);
            start += step;
            Position += step;
            count -= step;
        }

        return true;
    }

    public void Dispose() => inflated.Dispose();

    private bool Fill()
    {
        int read;
        try
        {
            read = inflated.Read(window, end, window.Length - end);
        }
        catch (InvalidDataException failure)
        {
            throw new InvalidDataException($"The deflated data set does not inflate after {total} bytes", failure);
        }

        if (read == 0 && total == 0 && stream.Length == origin)
            throw new InvalidDataException("The deflated data set is empty");
        total += read;
        end += read;
        if (total > maximumInflatedBytes)
            throw new InvalidDataException($"The deflated data set is longer than {maximumInflatedBytes} bytes when inflated");
        return read > 0;
    }
}
