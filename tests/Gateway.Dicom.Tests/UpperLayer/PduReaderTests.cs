using CsCheck;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Xunit;

namespace Gateway.Dicom.Tests.UpperLayer;

public sealed class PduReaderTests
{
    private const int Limit = 16384;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pdus_that_arrive_byte_by_byte_are_read_one_after_the_other()
    {
        byte[] bytes = [.. ReleaseRequest.ToBytes(), .. Data(Limit), .. Data(6), .. ReleaseResponse.ToBytes()];
        var reader = new PduReader(new Dribble(bytes), Limit);

        List<(PduType, int)> read = [];
        while (await reader.ReadAsync(Cancellation) is { } pdu)
            read.Add((pdu.Type, pdu.Body.Length));

        Assert.Equal(
            [(PduType.ReleaseRequest, 4), (PduType.DataTransfer, Limit), (PduType.DataTransfer, 6), (PduType.ReleaseResponse, 4)], read);
    }

    [Fact]
    public async Task A_pdu_longer_than_announced_is_a_violation_before_anything_is_allocated_for_it()
    {
        byte[] header = [4, 0, 0x7F, 0xFF, 0xFF, 0xFF];
        var before = GC.GetAllocatedBytesForCurrentThread();

        var violation = await Assert.ThrowsAsync<ProtocolViolationException>(async () =>
            await new PduReader(new MemoryStream(header), Limit).ReadAsync(Cancellation));

        Assert.Equal(AbortReason.InvalidPduParameter, violation.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Theory]
    [InlineData(1, PduReader.MaximumAssociateLength + 1)]
    [InlineData(1, 67)]
    [InlineData(2, 0)]
    [InlineData(3, 5)]
    [InlineData(4, 0)]
    [InlineData(4, Limit + 1)]
    [InlineData(5, 0)]
    [InlineData(7, 3)]
    public async Task A_length_that_its_type_does_not_allow_is_a_violation(byte type, int length)
    {
        byte[] header = [type, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];

        var violation = await Assert.ThrowsAsync<ProtocolViolationException>(async () =>
            await new PduReader(new MemoryStream(header), Limit).ReadAsync(Cancellation));

        Assert.Equal(AbortReason.InvalidPduParameter, violation.Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(0x47)]
    public async Task An_unknown_type_is_an_unrecognized_pdu(byte type)
    {
        var violation = await Assert.ThrowsAsync<ProtocolViolationException>(
            async () => await new PduReader(new MemoryStream([type, 0, 0, 0, 0, 4, 0, 0, 0, 0]), Limit).ReadAsync(Cancellation));

        Assert.Equal(AbortReason.UnrecognizedPdu, violation.Reason);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public async Task An_end_inside_a_pdu_is_not_taken_for_an_end_between_two(int length) =>
        await Assert.ThrowsAsync<EndOfStreamException>(async () =>
            await new PduReader(new MemoryStream(ReleaseRequest.ToBytes()[..length]), Limit).ReadAsync(Cancellation));

    [Fact]
    public async Task An_end_between_two_pdus_is_none() =>
        Assert.Null(await new PduReader(new MemoryStream(), Limit).ReadAsync(Cancellation));

    [Fact]
    public Task Random_bytes_are_pdus_a_violation_or_an_end_within_the_limits() =>
        Gen.Select(Gen.Byte[0, 9], Gen.Byte.Array[0, 4096]).SampleAsync(
        async random =>
        {
            var reader = new PduReader(new MemoryStream([random.Item1, 0, 0, 0, .. random.Item2]), Limit);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                while (await reader.ReadAsync(CancellationToken.None) is { } pdu)
                    Assert.InRange(pdu.Body.Length, 4, PduReader.MaximumAssociateLength);
            }
            catch (Exception declared) when (declared is ProtocolViolationException or EndOfStreamException)
            {
                // the declared errors
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, PduReader.MaximumAssociateLength + (64 * 1024));
        },
        iter: 3_000, threads: 1);

    private static byte[] Data(int length) => [4, 0, 0, 0, (byte)(length >> 8), (byte)length, .. new byte[length]];

    /// <summary>Gives one byte at a time.</summary>
    private sealed class Dribble(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
