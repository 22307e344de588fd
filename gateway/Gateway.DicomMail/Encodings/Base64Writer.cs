namespace Gateway.DicomMail.Encodings;

/// <summary>Encodes what is written into it as base64 in lines (RFC 2045 section 6.8). What is behind it stays open, and has all of it once this is disposed.</summary>
/// <param name="to">Where the lines go.</param>
internal sealed class Base64Writer(Stream to) : Stream
{
    private const int LinesAtOnce = 1024;

    private readonly byte[] bytes = new byte[LinesAtOnce * Base64Lines.LineBytes];
    private readonly byte[] text = new byte[LinesAtOnce * (Base64Lines.LineCharacters + 2)];
    private int held;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var some = Math.Min(buffer.Length, bytes.Length - held);
            buffer[..some].CopyTo(bytes.AsSpan(held));
            held += some;
            buffer = buffer[some..];
            if (held == bytes.Length)
                WriteLines();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // Whole lines only: what is left waits for more, or for the end.
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            WriteLines();
        base.Dispose(disposing);
    }

    private void WriteLines()
    {
        to.Write(text, 0, Base64Lines.Encode(bytes.AsSpan(0, held), text));
        held = 0;
    }
}
