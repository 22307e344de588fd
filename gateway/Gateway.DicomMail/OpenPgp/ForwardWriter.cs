using System.Diagnostics.CodeAnalysis;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>A stream that is written once, from its beginning to its end, which <see cref="Complete"/> says. Disposed without it, what was written stays unfinished.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "What writes is named by what it writes.")]
public abstract class ForwardWriter : Stream
{
    /// <inheritdoc/>
    public sealed override bool CanRead => false;

    /// <inheritdoc/>
    public sealed override bool CanSeek => false;

    /// <inheritdoc/>
    public sealed override bool CanWrite => true;

    /// <inheritdoc/>
    public sealed override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public abstract override void Write(ReadOnlySpan<byte> buffer);

    /// <summary>Writes the end. Nothing can be written after it; the stream below stays open.</summary>
    public abstract void Complete();

    /// <inheritdoc/>
    public sealed override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public sealed override void WriteByte(byte value) => Write([value]);

    /// <summary>Does nothing: blocks go on when they are full, and the last with <see cref="Complete"/>.</summary>
    public sealed override void Flush()
    {
    }

    /// <inheritdoc/>
    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public sealed override void SetLength(long value) => throw new NotSupportedException();
}
