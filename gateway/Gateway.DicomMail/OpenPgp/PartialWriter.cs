using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Bcpg;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>Writes a packet whose length is not known before its end, in partial lengths (RFC 9580 section 4.2.1.4).</summary>
[SuppressMessage("Usage", "CA2213", Justification = "The output belongs to the caller.")]
internal sealed class PartialWriter : ForwardWriter
{
    private const int Exponent = 16;
    private const int ChunkBytes = 1 << Exponent;

    private readonly Stream output;
    private readonly byte[] chunk = new byte[1 + ChunkBytes];
    private int filled;

    public PartialWriter(Stream output, PacketTag tag)
    {
        this.output = output;
        chunk[0] = 224 | Exponent;
        output.Write([(byte)(0xC0 | (int)tag)]);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (filled == ChunkBytes)
            {
                output.Write(chunk);
                filled = 0;
            }

            var taken = Math.Min(buffer.Length, ChunkBytes - filled);
            buffer[..taken].CopyTo(chunk.AsSpan(1 + filled));
            filled += taken;
            buffer = buffer[taken..];
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        Packet.WriteLength(output, filled);
        output.Write(chunk.AsSpan(1, filled));
    }
}
