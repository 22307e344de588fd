using System.Buffers;
using System.Buffers.Text;

namespace Gateway.DicomMail.Encodings;

/// <summary>Base64 as mail carries it: lines of 76 characters that end in CRLF (RFC 2045 section 6.8).</summary>
internal static class Base64Lines
{
    /// <summary>What a full line holds, in bytes.</summary>
    public const int LineBytes = 57;

    /// <summary>What a full line is, in characters without its end.</summary>
    public const int LineCharacters = 76;

    private const int LinesAtOnce = 1024;

    /// <summary>Encodes all that is left of a stream; the last line ends in CRLF too.</summary>
    public static void Encode(Stream from, Stream to)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(LinesAtOnce * LineBytes);
        var text = ArrayPool<byte>.Shared.Rent(LinesAtOnce * (LineCharacters + 2));
        try
        {
            while (from.ReadAtLeast(bytes.AsSpan(0, LinesAtOnce * LineBytes), LinesAtOnce * LineBytes, throwOnEndOfStream: false) is var read and > 0)
                to.Write(text, 0, Encode(bytes.AsSpan(0, read), text));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    /// <summary>Encodes whole lines, and a shorter one at the end.</summary>
    /// <returns>How many characters were written.</returns>
    public static int Encode(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        var written = 0;
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(LineBytes, bytes.Length)..])
        {
            Base64.EncodeToUtf8(bytes[..Math.Min(LineBytes, bytes.Length)], text[written..], out _, out var characters);
            written += characters;
            text[written++] = (byte)'\r';
            text[written++] = (byte)'\n';
        }

        return written;
    }
}
