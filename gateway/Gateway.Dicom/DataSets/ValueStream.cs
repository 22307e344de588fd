namespace Gateway.Dicom.DataSets;

/// <summary>The bytes of a value as a stream. It holds nothing that must be disposed.</summary>
internal sealed class ValueStream(BytesValue value) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => value.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        var part = buffer[..(int)Math.Clamp(Length - Position, 0, buffer.Length)];
        value.Read(Position, part);
        Position += part.Length;
        return part.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
