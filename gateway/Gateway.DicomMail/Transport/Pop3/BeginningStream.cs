namespace Gateway.DicomMail.Transport.Pop3;

/// <summary>Keeps the beginning of what is written to it, and lets the rest go.</summary>
/// <param name="most">How many bytes it keeps.</param>
internal sealed class BeginningStream(int most) : MemoryStream
{
    /// <summary>What it has kept.</summary>
    public byte[] Beginning => ToArray();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => base.Write(buffer, offset, (int)Math.Min(count, most - Length));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);
}
