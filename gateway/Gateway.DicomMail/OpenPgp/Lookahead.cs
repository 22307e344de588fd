namespace Gateway.DicomMail.OpenPgp;

/// <summary>A buffer before a stream, so that single bytes are cheap and the next one can be seen before it is read.</summary>
internal sealed class Lookahead(Stream input) : ForwardReader
{
    private readonly byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;

    /// <summary>The next byte, which is still there afterwards; -1 at the end.</summary>
    public int Peek() => at < end || Fill() ? buffer[at] : -1;

    /// <inheritdoc/>
    public override int ReadByte() => at < end || Fill() ? buffer[at++] : -1;

    /// <inheritdoc/>
    public override int Read(Span<byte> target)
    {
        if (at == end && target.Length >= buffer.Length)
            return input.Read(target);
        if (target.IsEmpty || (at == end && !Fill()))
            return 0;
        var taken = Math.Min(target.Length, end - at);
        buffer.AsSpan(at, taken).CopyTo(target);
        at += taken;
        return taken;
    }

    private bool Fill()
    {
        (at, end) = (0, input.Read(buffer));
        return end > 0;
    }
}
