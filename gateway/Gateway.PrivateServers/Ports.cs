using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.PrivateServers;

/// <summary>Ports of loopback that nobody has.</summary>
internal static class Ports
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>As many that are free now.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    /// <summary>Waits until somebody listens.</summary>
    /// <exception cref="IOException">Nobody does within thirty seconds.</exception>
    public static async Task UntilListeningAsync(int port)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (clock.Elapsed < Patience)
            {
                // Not yet.
            }
            catch (SocketException failure)
            {
                throw new IOException($"nobody listens at port {port} of loopback after {Patience.TotalSeconds} s", failure);
            }
        }
    }
}
