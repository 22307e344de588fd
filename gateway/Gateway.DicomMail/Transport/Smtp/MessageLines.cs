namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>
/// Puts a message on the wire as it is, a dot before each line that begins with one (RFC 5321 section 4.5.2). A bare CR or LF never goes out: a server that takes it for a line's
/// end would find the message's end where another finds content.
/// </summary>
internal sealed class MessageLines
{
    private const int LongestLine = 998; // RFC 5322 section 2.1.1
    private const int BlockBytes = 131_072;

    private readonly byte[] read = new byte[BlockBytes];
    private readonly byte[] ready = new byte[2 * BlockBytes];
    private int lineBytes;
    private byte last;

    /// <summary>Writes all of a message, and not the dot behind it.</summary>
    /// <exception cref="MalformedMessageException">A line is too long, or ends in another way than CRLF.</exception>
    /// <exception cref="ServerProblem">The connection failed.</exception>
    public static async Task WriteAsync(Stream message, ServerLine line, CancellationToken cancellation)
    {
        var lines = new MessageLines();
        int length;
        while ((length = await message.ReadAsync(lines.read, cancellation)) > 0)
            await line.WriteAsync(lines.ready.AsMemory(0, lines.Protect(lines.read.AsSpan(0, length), lines.ready)), cancellation);
        if (lines.lineBytes > 0 || lines.last != '\n')
            throw new MalformedMessageException("its last line has no end");
    }

    private int Protect(ReadOnlySpan<byte> from, Span<byte> to)
    {
        var written = 0;
        while (!from.IsEmpty)
        {
            if (lineBytes == 0 && from[0] == '.')
                to[written++] = (byte)'.';
            var at = from.IndexOf((byte)'\n');
            var piece = at < 0 ? from : from[..(at + 1)];
            Check(piece, ends: at >= 0);
            piece.CopyTo(to[written..]);
            written += piece.Length;
            last = piece[^1];
            from = from[piece.Length..];
        }

        return written;
    }

    // A CR is the one right before the LF, or the last byte so far.
    private void Check(ReadOnlySpan<byte> piece, bool ends)
    {
        var firstReturn = piece.IndexOf((byte)'\r');
        var isWhole = ends
            ? (piece.Length > 1 ? firstReturn == piece.Length - 2 && last != '\r' : last == '\r')
            : (firstReturn < 0 || firstReturn == piece.Length - 1) && last != '\r';
        if (!isWhole)
            throw new MalformedMessageException("a line ends in another way than CRLF");
        lineBytes += piece.Length;
        if (lineBytes > LongestLine + 2)
            throw new MalformedMessageException("a line is longer than 998 octets");
        if (ends)
            lineBytes = 0;
    }
}
