using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Machines;

/// <summary>One question to a time server, as RFC 4330 has it. The clock is only compared, never set.</summary>
/// <param name="clock">The clock that is compared.</param>
/// <param name="port">The server's port.</param>
internal sealed class SntpClient(TimeProvider clock, int port = SntpClient.WellKnownPort)
{
    /// <summary>UDP port of NTP (RFC 4330, section 4).</summary>
    public const int WellKnownPort = 123;

    private const int Length = 48; // without the optional authenticator
    private const int Version = 4;
    private const int Client = 3;
    private const int Server = 4;
    private const int NotSynchronized = 3; // leap indicator: alarm condition
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Section 3: with the first bit set a time is of the years 1968 to 2036, without it of 2036 to 2104.
    private static readonly DateTimeOffset Era = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NextEra = Era.AddSeconds(1L << 32);

    /// <summary>How far the clock is from the server's: positive when it is behind.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<SntpAnswer> AskAsync(IPAddress server, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            // A connected socket hears nobody but the server that was asked (section 5, check 1).
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(new IPEndPoint(server, port), limit.Token);
            var request = new byte[Length];
            request[0] = (Version << 3) | Client;
            var sent = clock.GetUtcNow();
            var since = clock.GetTimestamp();
            Write(request.AsSpan(40), sent);
            await socket.SendAsync(request, limit.Token);
            var answer = new byte[512];
            while (true)
            {
                var length = await socket.ReceiveAsync(answer, limit.Token);

                // One whose originate time is not our transmit time answers somebody else, or nobody (check 3).
                if (length >= Length && answer.AsSpan(24, 8).SequenceEqual(request.AsSpan(40, 8)))
                    return Read(answer, sent, sent + clock.GetElapsedTime(since));
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return SntpAnswer.Failed(new("antwortet nicht", "does not answer"));
        }
        catch (SocketException e)
        {
            return SntpAnswer.Failed(new($"ist nicht erreichbar ({e.SocketErrorCode})", $"cannot be reached ({e.SocketErrorCode})"));
        }
    }

    // Section 5: mode, stratum, leap indicator and transmit time are checked before a time is believed; then the offset is that of the four times.
    private static SntpAnswer Read(ReadOnlySpan<byte> answer, DateTimeOffset sent, DateTimeOffset arrived)
    {
        var (leap, mode, stratum) = (answer[0] >> 6, answer[0] & 7, answer[1]);
        if (mode != Server)
            return SntpAnswer.Failed(new("antwortet nicht als Zeitserver", "does not answer as a time server"));
        if (stratum == 0)
        {
            var code = System.Text.Encoding.ASCII.GetString(answer[12..16]).TrimEnd('\0');
            return SntpAnswer.Failed(new($"will nicht gefragt werden ({code})", $"does not want to be asked ({code})"));
        }

        if (leap == NotSynchronized || stratum > 15 || BinaryPrimitives.ReadUInt64BigEndian(answer[40..]) == 0)
            return SntpAnswer.Failed(new("hat selbst keine gültige Zeit", "has no valid time itself"));
        var (received, transmitted) = (ReadTime(answer[32..]), ReadTime(answer[40..]));
        return SntpAnswer.Measured(((received - sent) + (transmitted - arrived)) / 2);
    }

    private static DateTimeOffset ReadTime(ReadOnlySpan<byte> at)
    {
        var (seconds, fraction) = (BinaryPrimitives.ReadUInt32BigEndian(at), BinaryPrimitives.ReadUInt32BigEndian(at[4..]));
        return ((seconds & 0x8000_0000) != 0 ? Era : NextEra).AddSeconds(seconds).AddTicks((long)(fraction * (double)TimeSpan.TicksPerSecond / (1L << 32)));
    }

    private static void Write(Span<byte> at, DateTimeOffset time)
    {
        var ticks = (time - Era).Ticks;
        BinaryPrimitives.WriteUInt32BigEndian(at, unchecked((uint)(ticks / TimeSpan.TicksPerSecond)));
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], (uint)(ticks % TimeSpan.TicksPerSecond * (1L << 32) / TimeSpan.TicksPerSecond));
    }
}

/// <summary>What a time server said.</summary>
/// <param name="Offset">How far the clock is from it, or null.</param>
/// <param name="Failure">Why that is not known, or null.</param>
internal sealed record SntpAnswer(TimeSpan? Offset, Wording? Failure)
{
    public static SntpAnswer Measured(TimeSpan offset) => new(offset, null);

    public static SntpAnswer Failed(Wording why) => new(null, why);
}
