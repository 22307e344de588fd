using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Gateway.Bench;

/// <summary>A line of so many bits a second and so long a way to a loopback port: what comes in is passed on later, and no faster. It stands in for netem, which not every kernel has.</summary>
internal sealed class SlowLine : IAsyncDisposable
{
    private const int ChunkBytes = 8192;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task serving;
    private readonly int port;
    private readonly double bytesPerSecond;
    private readonly TimeSpan oneWay;
    private readonly Lock turn = new();
    private double freeAt;

    private SlowLine(int port, double bitsPerSecond, TimeSpan roundTrip)
    {
        (this.port, bytesPerSecond, oneWay) = (port, bitsPerSecond / 8, roundTrip / 2);
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>Where it begins.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Lays one.</summary>
    public static SlowLine To(int port, double bitsPerSecond, TimeSpan roundTrip) => new(port, bitsPerSecond, roundTrip);

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await serving;
        listener.Dispose();
        ending.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await listener.AcceptTcpClientAsync(ending.Token));
        }
        catch (OperationCanceledException)
        {
            // the end
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, port, ending.Token);
                near.NoDelay = far.NoDelay = true;
                await Task.WhenAny(PassAsync(near.GetStream(), far.GetStream(), isLimited: true), PassAsync(far.GetStream(), near.GetStream(), isLimited: false));
            }
            catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
            {
                // either side is gone
            }
        }
    }

    // The way out is the narrow one, as at most sites; both are long.
    private async Task PassAsync(NetworkStream from, NetworkStream to, bool isLimited)
    {
        var underWay = Channel.CreateBounded<(byte[] Bytes, int Length, double At)>(64);
        var arriving = ArriveAsync(underWay.Reader, to);
        try
        {
            while (true)
            {
                var bytes = ArrayPool<byte>.Shared.Rent(ChunkBytes);
                var length = await from.ReadAsync(bytes.AsMemory(0, ChunkBytes), ending.Token);
                if (length == 0)
                    break;
                await underWay.Writer.WriteAsync((bytes, length, (isLimited ? FreeAfter(length) : Now()) + oneWay.TotalSeconds), ending.Token);
            }
        }
        finally
        {
            underWay.Writer.Complete();
        }

        await arriving;
    }

    private async Task ArriveAsync(ChannelReader<(byte[] Bytes, int Length, double At)> underWay, NetworkStream to)
    {
        await foreach (var (bytes, length, at) in underWay.ReadAllAsync(ending.Token))
        {
            if (at - Now() is > 0 and var left)
                await Task.Delay(TimeSpan.FromSeconds(left), ending.Token);
            await to.WriteAsync(bytes.AsMemory(0, length), ending.Token);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private double FreeAfter(int bytes)
    {
        lock (turn)
            return freeAt = Math.Max(freeAt, Now()) + (bytes / bytesPerSecond);
    }

    private static double Now() => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
}
