using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Provisioning.Tests.Machines;

/// <summary>A time server by RFC 4330, section 6, whose clock is off by a given time; a test may spoil its answers.</summary>
internal sealed class SntpServer : IDisposable
{
    private static readonly DateTimeOffset Era = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Task serving;

    /// <summary>Starts one.</summary>
    /// <param name="clock">The clock that it is off from.</param>
    /// <param name="ahead">By how much.</param>
    /// <param name="spoil">Changes an answer before it is sent; false sends none.</param>
    public SntpServer(TimeProvider clock, TimeSpan ahead, Func<byte[], bool>? spoil = null)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        serving = ServeAsync(clock, ahead, spoil ?? (_ => true));
    }

    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>How many asked.</summary>
    public int Asked { get; private set; }

    public void Dispose()
    {
        socket.Dispose();
        serving.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Wait();
    }

    private async Task ServeAsync(TimeProvider clock, TimeSpan ahead, Func<byte[], bool> spoil)
    {
        var request = new byte[512];
        while (true)
        {
            var received = await socket.ReceiveFromAsync(request, new IPEndPoint(IPAddress.Any, 0));
            Asked++;
            var answer = new byte[48];
            answer[0] = (byte)((request[0] & 0b0011_1000) | 4); // version copied, mode server, no alarm
            answer[1] = 2;
            request.AsSpan(40, 8).CopyTo(answer.AsSpan(24));
            Write(answer.AsSpan(32), clock.GetUtcNow() + ahead);
            Write(answer.AsSpan(40), clock.GetUtcNow() + ahead);
            if (spoil(answer))
                await socket.SendToAsync(answer, received.RemoteEndPoint);
        }
    }

    public static void Write(Span<byte> at, DateTimeOffset time)
    {
        var seconds = (time - Era).TotalSeconds;
        BinaryPrimitives.WriteUInt32BigEndian(at, (uint)((long)seconds & 0xFFFF_FFFF));
        BinaryPrimitives.WriteUInt32BigEndian(at[4..], (uint)((seconds - Math.Floor(seconds)) * 4294967296.0));
    }
}
