using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>
/// Reads the first armoured block of a text (RFC 9580 section 6), as people and mail programs leave it: text before it, any headers, either line end, blanks at the end of lines, with or without a checksum.
/// A checksum that is there must be right. The text after the block is not read.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "The input belongs to the caller.")]
public sealed class ArmorReader : ForwardReader
{
    private const int BlockBytes = 1 << 16;
    private const int LongestLine = 1 << 12;

    private readonly Stream input;
    private readonly byte[] text = new byte[BlockBytes];
    private readonly byte[] characters = new byte[BlockBytes + LongestLine];
    private readonly byte[] bytes = new byte[BlockBytes];
    private Crc24 checksum = new();
    private int textAt;
    private int textEnd;
    private int kept;
    private int bytesAt;
    private int bytesEnd;
    private bool ended;
    private bool padded;

    /// <summary>Looks for the beginning of the block and reads its headers.</summary>
    /// <param name="input">The text; it is left open.</param>
    /// <exception cref="OpenPgpException">There is no block (<see cref="OpenPgpProblem.NotOpenPgp"/>), or it has no end.</exception>
    public ArmorReader(Stream input)
    {
        this.input = input;
        do
        {
            if (!TryLine(out var line, any: true))
                throw new OpenPgpException(OpenPgpProblem.NotOpenPgp, "no armoured block begins here");
            Label = LabelOf(line, "-----BEGIN "u8);
        }
        while (Label is null);
        while (TryLine(out var header, any: true) && !header.IsEmpty)
        {
            // A block without headers whose blank line was lost on the way: the line is content already.
            if (header.IndexOf((byte)':') < 0)
            {
                Keep(header);
                break;
            }
        }
    }

    /// <summary>What the block says that it is: "PGP MESSAGE", "PGP SIGNATURE", "PGP PUBLIC KEY BLOCK".</summary>
    public string? Label { get; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (bytesAt == bytesEnd)
        {
            if (ended || buffer.IsEmpty)
                return 0;
            Fill();
        }

        var taken = Math.Min(buffer.Length, bytesEnd - bytesAt);
        bytes.AsSpan(bytesAt, taken).CopyTo(buffer);
        bytesAt += taken;
        return taken;
    }

    private static string? LabelOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> opening) =>
        line.StartsWith(opening) && line.EndsWith("-----"u8) && line.Length > opening.Length + 5 ? System.Text.Encoding.ASCII.GetString(line[opening.Length..^5]) : null;

    // Gathers the characters of as many lines as fit, and decodes them at once.
    private void Fill()
    {
        while (kept < BlockBytes)
        {
            if (!TryLine(out var line, any: false))
                throw new OpenPgpException(OpenPgpProblem.NotWhole, "the armoured block has no end");
            if (line.IsEmpty)
                continue;
            if (line[0] is (byte)'=' or (byte)'-')
            {
                Decode(kept);
                ReadTail(line);
                ended = true;
                return;
            }

            Keep(line);
        }

        Decode(kept & ~3);
    }

    private void Keep(ReadOnlySpan<byte> line)
    {
        line.CopyTo(characters.AsSpan(kept));
        kept += line.Length;
    }

    private void Decode(int count)
    {
        var status = Base64.DecodeFromUtf8(characters.AsSpan(0, count), bytes, out var consumed, out bytesEnd);
        bytesAt = 0;
        if (status != OperationStatus.Done || consumed != count || (padded && count > 0))
            throw new OpenPgpException(OpenPgpProblem.Malformed, "a line of the armoured block is no base64");
        padded = count > 0 && characters[count - 1] == (byte)'=';
        characters.AsSpan(count, kept - count).CopyTo(characters);
        kept -= count;
        checksum.Append(bytes.AsSpan(0, bytesEnd));
    }

    private void ReadTail(ReadOnlySpan<byte> line)
    {
        if (line[0] == (byte)'=')
        {
            Span<byte> sum = stackalloc byte[3];
            if (line.Length != 5 || Base64.DecodeFromUtf8(line[1..], sum, out _, out _) != OperationStatus.Done
                || ((sum[0] << 16) | (sum[1] << 8) | sum[2]) != checksum.Value)
            {
                throw new OpenPgpException(OpenPgpProblem.NotWhole, "the checksum of the armoured block is wrong");
            }

            do
            {
                if (!TryLine(out line, any: false))
                    throw new OpenPgpException(OpenPgpProblem.NotWhole, "the armoured block has no end");
            }
            while (line.IsEmpty);
        }

        if (LabelOf(line, "-----END "u8) is not { } label)
            throw new OpenPgpException(OpenPgpProblem.Malformed, "a line of the armoured block is no base64");
        if (label != Label)
            throw new OpenPgpException(OpenPgpProblem.Malformed, "the armoured block ends as another than it began");
    }

    // The next line without blanks at its end; what is left when the text ends counts as one. Where anything may stand, the rest of a very long line is a line of its own.
    private bool TryLine(out ReadOnlySpan<byte> line, bool any)
    {
        while (true)
        {
            var rest = text.AsSpan(textAt, textEnd - textAt);
            var length = rest.IndexOf((byte)'\n');
            if (length > LongestLine || (length < 0 && rest.Length > LongestLine))
            {
                if (!any)
                    throw new OpenPgpException(OpenPgpProblem.Malformed, "a line of the armoured block is too long");
                length = LongestLine;
            }

            if (length >= 0)
            {
                line = rest[..length].TrimEnd(" \t\r"u8);
                textAt += Math.Min(length + 1, rest.Length);
                return true;
            }

            rest.CopyTo(text);
            (textAt, textEnd) = (0, rest.Length);
            var read = input.Read(text, textEnd, text.Length - textEnd);
            if (read == 0)
            {
                line = text.AsSpan(0, textEnd).TrimEnd(" \t\r"u8);
                textAt = textEnd;
                return textEnd > 0;
            }

            textEnd += read;
        }
    }
}
