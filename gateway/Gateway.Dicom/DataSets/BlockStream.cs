namespace Gateway.Dicom.DataSets;

/// <summary>Collects small writes into blocks and counts the bytes; what is written reaches the target at the latest when it is disposed.</summary>
/// <param name="target">Is left open.</param>
internal sealed class BlockStream(Stream target) : Stream
{
    private readonly byte[] block = new byte[32 * 1024];
    private int held;
    private long total;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    /// <summary>How many bytes were written.</summary>
    public override long Length => total;

    public override long Position
    {
        get => total;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        total += buffer.Length;
        if (buffer.Length > block.Length - held)
            Flush();
        if (buffer.Length > block.Length)
        {
            target.Write(buffer);
            return;
        }

        buffer.CopyTo(block.AsSpan(held));
        held += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush()
    {
        target.Write(block, 0, held);
        held = 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Flush();
        base.Dispose(disposing);
    }
}
