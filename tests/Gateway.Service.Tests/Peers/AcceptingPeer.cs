using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Service.Tests.Peers;

/// <summary>A peer on a loopback port that serves each connection in its own time, until the test is over.</summary>
public abstract class AcceptingPeer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;

    /// <summary>Starts one.</summary>
    /// <param name="port">Its port; a free one where it is 0.</param>
    protected AcceptingPeer(int port)
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>The end of the test.</summary>
    protected CancellationToken Ending => ending.Token;

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await accepting;
        listener.Dispose();
        ending.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Serves a connection to its end.</summary>
    protected abstract Task ServeAsync(Socket socket);

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
                served.Add(TryServeAsync(await listener.AcceptSocketAsync(ending.Token)));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task TryServeAsync(Socket socket)
    {
        await Task.Yield(); // the peer is put together by then
        try
        {
            await ServeAsync(socket);
        }
        catch (Exception failure) when (failure is AssociationException or OperationCanceledException or IOException or SocketException)
        {
            // The other side went, or the test is over.
        }
    }
}
