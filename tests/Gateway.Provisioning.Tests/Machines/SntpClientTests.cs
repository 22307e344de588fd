using System.Net;
using Gateway.Provisioning.Machines;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

/// <summary>The offset of RFC 4330, and the answers that must not be believed.</summary>
public class SntpClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2026, 2500)]
    [InlineData(2026, -90_000)]
    [InlineData(2040, 750)] // past the 32 bits of seconds
    [InlineData(2036, 400)]
    public async Task The_offset_is_the_servers_time_less_ours(int year, int milliseconds)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(year, 2, 7, 6, 28, 15, 800, TimeSpan.Zero)); // in 2036 the server is in the next era already
        using var server = new SntpServer(clock, TimeSpan.FromMilliseconds(milliseconds));
        var answer = await new SntpClient(clock, server.Port).AskAsync(IPAddress.Loopback, Cancel);
        Assert.Null(answer.Failure);
        Assert.InRange(answer.Offset!.Value.TotalMilliseconds, milliseconds - 0.01, milliseconds + 0.01);
    }

    [Fact]
    public async Task The_time_on_the_way_does_not_count()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 3, 0, 0, TimeSpan.Zero));

        // A second there, one to think, a second back: received and transmitted are the server's own.
        using var server = new SntpServer(clock, TimeSpan.FromSeconds(11), answer =>
        {
            SntpServer.Write(answer.AsSpan(40), clock.GetUtcNow() + TimeSpan.FromSeconds(12));
            clock.Advance(TimeSpan.FromSeconds(3));
            return true;
        });
        var answer = await new SntpClient(clock, server.Port).AskAsync(IPAddress.Loopback, Cancel);
        Assert.Equal(10, answer.Offset!.Value.TotalSeconds, 3);
    }

    [Theory]
    [InlineData("kiss", "does not want to be asked (RATE)")]
    [InlineData("alarm", "has no valid time itself")]
    [InlineData("stratum", "has no valid time itself")]
    [InlineData("zero", "has no valid time itself")]
    [InlineData("client", "does not answer as a time server")]
    [InlineData("stranger", "does not answer")]
    [InlineData("silence", "does not answer")]
    public async Task An_answer_that_must_not_be_believed_is_a_failure(string fault, string why)
    {
        using var server = new SntpServer(TimeProvider.System, TimeSpan.Zero, answer =>
        {
            switch (fault)
            {
                case "kiss":
                    answer[1] = 0;
                    "RATE"u8.CopyTo(answer.AsSpan(12));
                    break;
                case "alarm":
                    answer[0] |= 0b1100_0000;
                    break;
                case "stratum":
                    answer[1] = 16;
                    break;
                case "zero":
                    answer.AsSpan(40, 8).Clear();
                    break;
                case "client":
                    answer[0] = (byte)((answer[0] & 0b1111_1000) | 3);
                    break;
                case "stranger":
                    answer[24] ^= 1;
                    break;
                default:
                    return false;
            }

            return true;
        });
        var answer = await new SntpClient(TimeProvider.System, server.Port).AskAsync(IPAddress.Loopback, Cancel);
        Assert.Null(answer.Offset);
        Assert.Equal(why, answer.Failure!.English);
    }
}
