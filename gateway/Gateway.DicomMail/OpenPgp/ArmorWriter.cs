using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>Writes what it is given as ASCII armour (RFC 9580 section 6): base64 in lines of 76 characters that end with CRLF, and a checksum.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "The output belongs to the caller.")]
public sealed class ArmorWriter : ForwardWriter
{
    private const int LineBytes = 57;
    private const int LineCharacters = 76;
    private const int BlockLines = 1024;

    private readonly Stream output;
    private readonly string label;
    private readonly byte[] pending = new byte[LineBytes * BlockLines];
    private readonly byte[] text = new byte[(LineCharacters + 2) * BlockLines];
    private Crc24 checksum = new();
    private int filled;
    private bool completed;

    /// <summary>Begins an armoured block.</summary>
    /// <param name="output">What the text goes to; it is left open.</param>
    /// <param name="label">What the block is, as its header says: "PGP MESSAGE", "PGP SIGNATURE", "PGP PUBLIC KEY BLOCK".</param>
    public ArmorWriter(Stream output, string label = "PGP MESSAGE")
    {
        this.output = output;
        this.label = label;
        output.Write(Encoding.ASCII.GetBytes($"-----BEGIN {label}-----\r\n\r\n"));
    }

    /// <summary>The armour of these bytes.</summary>
    /// <param name="bytes">What is armoured.</param>
    /// <param name="label">What it is, see the constructor.</param>
    public static string Text(ReadOnlySpan<byte> bytes, string label)
    {
        using var text = new MemoryStream();
        using var armor = new ArmorWriter(text, label);
        armor.Write(bytes);
        armor.Complete();
        return Encoding.ASCII.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(completed, this);
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, pending.Length - filled);
            buffer[..taken].CopyTo(pending.AsSpan(filled));
            filled += taken;
            buffer = buffer[taken..];
            if (filled == pending.Length)
                WriteLines();
        }
    }

    /// <summary>Writes the last line, the checksum and the tail.</summary>
    public override void Complete()
    {
        ObjectDisposedException.ThrowIf(completed, this);
        completed = true;
        WriteLines();
        Span<byte> sum = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(sum, checksum.Value);
        output.Write(Encoding.ASCII.GetBytes($"={Convert.ToBase64String(sum[1..])}\r\n-----END {label}-----\r\n"));
    }

    private void WriteLines()
    {
        checksum.Append(pending.AsSpan(0, filled));
        var end = 0;
        for (var at = 0; at < filled; at += LineBytes)
        {
            Base64.EncodeToUtf8(pending.AsSpan(at, Math.Min(LineBytes, filled - at)), text.AsSpan(end), out _, out var written);
            end += written;
            (text[end++], text[end++]) = ((byte)'\r', (byte)'\n');
        }

        output.Write(text.AsSpan(0, end));
        filled = 0;
    }
}
