using Gateway.DicomMail.OpenPgp;

namespace Gateway.DicomMail.Messages;

/// <summary>
/// Lets a reader of MIME read on, unless the headers that it is in are longer than any mail has: it would keep all of them in memory (RFC 5322 has no limit for a header section; mail servers have one of some hundred kilobytes).
/// </summary>
/// <param name="content">What is read; it is left open.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2213", Justification = "The content belongs to the caller.")]
internal sealed class BoundedHeaders(Stream content) : ForwardReader
{
    private const long Longest = 1 << 20;

    private long position;

    /// <summary>Where the headers begin that are being read, in bytes; null outside headers.</summary>
    public long? Begin { get; set; } = 0;

    /// <inheritdoc/>
    /// <exception cref="MailException">The headers are too long.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (Begin is { } begin && position - begin > Longest)
            throw new MailException($"It has headers of more than {Longest} bytes.");
        var read = content.Read(buffer);
        position += read;
        return read;
    }
}
