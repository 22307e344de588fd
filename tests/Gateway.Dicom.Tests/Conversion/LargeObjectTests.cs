using Gateway.Dicom.Coercion;
using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Digests;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.DataSets;
using Xunit;

namespace Gateway.Dicom.Tests.Conversion;

/// <summary>An object may be longer than memory: whatever is done with it takes blocks, not the whole.</summary>
public sealed class LargeObjectTests
{
    private const long PixelBytes = 200_000_000;
    private const long Affordable = 8_000_000;

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.2")]
    public void It_is_converted_in_blocks(string target)
    {
        using var file = new LargeFile(PixelBytes);
        using var output = new CountingStream();
        var before = GC.GetAllocatedBytesForCurrentThread();

        SyntaxConversion.Convert(file, output, new TransferSyntax(Uid.Parse(target)), DataSetLimits.Default, CancellationToken.None);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Affordable);
        Assert.InRange(output.Written, PixelBytes, PixelBytes + 2000);
    }

    [Fact]
    public void It_is_digested_in_blocks()
    {
        using var file = new LargeFile(PixelBytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        _ = ObjectDigests.Compute(file, DataSetLimits.Default, CancellationToken.None);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Affordable);
    }

    [Fact]
    public void It_is_coerced_in_blocks()
    {
        using var file = new LargeFile(PixelBytes);
        using var output = new CountingStream();
        var coercion = new InstanceCoercion([.. AttributeChange.PatientId("1", "B")], "GATEWAY", "", DateTimeOffset.UnixEpoch);
        var before = GC.GetAllocatedBytesForCurrentThread();

        coercion.Apply(file, output, DataSetLimits.Default, CancellationToken.None);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Affordable);
        Assert.InRange(output.Written, PixelBytes, PixelBytes + 2000);
    }

    /// <summary>A file whose pixels are made when they are read.</summary>
    private sealed class LargeFile(long pixelBytes) : Stream
    {
        private readonly byte[] head =
        [
            .. new FileMetaInformation(SopClasses.CtImageStorage, Uid.Parse("1.2.3"), TransferSyntax.ExplicitVrLittleEndian).ToBytes(),
            .. new DataSetBytes(DataSetEncoding.ExplicitLittleEndian).Instance().Header(Tag.PixelData, "OW", (uint)pixelBytes).ToArray(),
        ];

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => head.Length + pixelBytes;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Length - Position);
            buffer[..count].Fill((byte)Position);
            if (Position < head.Length)
                head.AsSpan((int)Position, (int)Math.Min(count, head.Length - Position)).CopyTo(buffer);
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class CountingStream : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Written += buffer.Length;

        public override void Write(byte[] buffer, int offset, int count) => Written += count;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
