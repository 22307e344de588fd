using Gateway.DicomMail.OpenPgp;
using Xunit;

namespace Gateway.DicomMail.Tests.OpenPgp;

/// <summary>What a message may cost is bounded, whatever it claims.</summary>
public class LimitTests
{
    [Fact]
    public void A_bomb_is_stopped_while_it_goes_off()
    {
        var bomb = Messages.Zipped(Messages.Literal(new byte[200 << 20]));
        Assert.True(bomb.Length < 300_000);
        Assert.Equal(OpenPgpProblem.TooLarge, ProblemOf(bomb));
        Assert.Equal(OpenPgpProblem.TooLarge, ProblemOf(Messages.Zipped(bomb)));
    }

    [Fact]
    public void What_compresses_well_and_is_small_is_no_bomb()
    {
        var content = new byte[1_000_000];
        Assert.Equal(content, Messages.Open(Messages.Seal(content, compression: Compression.Fast)).Content);
    }

    [Fact]
    public void A_bomb_in_what_is_read_over_is_stopped_too()
    {
        using var padding = new MemoryStream();
        Packet.Write(padding, Org.BouncyCastle.Bcpg.PacketTag.Marker, new byte[200 << 20]);
        Assert.Equal(OpenPgpProblem.TooLarge, ProblemOf(Messages.Zipped([.. padding.ToArray(), .. Messages.Literal([1])])));
        Assert.Equal(OpenPgpProblem.TooLarge, ProblemOf(Messages.Zipped([.. Messages.Literal([1]), .. padding.ToArray()])));
    }

    [Fact]
    public void Content_is_read_up_to_the_limit_and_not_a_byte_more()
    {
        var message = Messages.Seal(Messages.Content(70_000));
        Assert.Equal(70_000, Messages.Open(message, limits: new() { PlaintextBytes = 70_000 }).Content.Length);
        Assert.Equal(OpenPgpProblem.TooLarge, Assert.Throws<OpenPgpException>(() => Messages.Open(message, limits: new() { PlaintextBytes = 69_999 })).Problem);
    }

    [Fact]
    public void Packets_lie_in_each_other_as_deep_as_the_limit_says()
    {
        var packets = Messages.Literal([1, 2, 3]);
        for (var depth = 1; depth <= new DecryptionLimits().Depth; depth++)
            packets = Messages.Zipped(packets);
        Assert.Equal([1, 2, 3], Messages.Open(Messages.SealPackets(output => output.Write(packets))).Content);
        Assert.Equal(OpenPgpProblem.TooDeep, ProblemOf(Messages.Zipped(packets)));
    }

    [Fact]
    public void Packets_and_signatures_without_end_are_refused()
    {
        byte[] marker = [0xCA, 3, (byte)'P', (byte)'G', (byte)'P'];
        byte[] many = [.. Enumerable.Repeat(marker, 100).SelectMany(one => one), .. Messages.Literal([1])];
        Assert.Equal(OpenPgpProblem.TooDeep, ProblemOf(many));
        Assert.Equal(OpenPgpProblem.TooDeep, Assert.Throws<OpenPgpException>(() => Messages.Open([.. many, .. Messages.Seal([1])])).Problem);
        byte[] announced = [0xC4, 13, 3, 0, 8, 22, 0, 0, 0, 0, 0, 0, 0, 1, 1];
        Assert.Equal(OpenPgpProblem.TooDeep, ProblemOf([.. Enumerable.Repeat(announced, 20).SelectMany(one => one), .. Messages.Literal([1])]));
    }

    [Fact]
    public void A_failure_of_the_input_is_told_as_what_it_is()
    {
        using var input = new Failing(Messages.Seal(Messages.Content(3_000_000), compression: Compression.Fast));
        using var opened = DecryptingStream.Open(input, Keys.Ring, new());
        Assert.Equal("the disk", Assert.Throws<IOException>(() => opened.CopyTo(Stream.Null)).Message);
    }

    [Fact]
    public void A_failure_of_the_output_is_told_as_what_it_is()
    {
        using var output = new Failing([]);
        using var sealing = EncryptingStream.Open(output, Keys.Curve, [Keys.Curve.Public], Compression.None, Keys.Now);
        Assert.Equal("the disk", Assert.Throws<IOException>(() =>
        {
            sealing.Write(Messages.Content(5_000_000));
            sealing.Complete();
        }).Message);
    }

    private static OpenPgpProblem ProblemOf(byte[] packets) =>
        Assert.Throws<OpenPgpException>(() => Messages.Open(Messages.SealPackets(output => output.Write(packets)))).Problem;

    private sealed class Failing(byte[] bytes) : MemoryStream()
    {
        private readonly MemoryStream inner = new(bytes);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => inner.Position > bytes.Length / 2 ? throw new IOException("the disk") : inner.Read(buffer);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length > 1 << 20)
                throw new IOException("the disk");
            base.Write(buffer);
        }
    }
}
