using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Service.Tests.Committing;

/// <summary>An application entity of the test's own: it stores whatever comes, and does about storage commitment what its handler does.</summary>
internal sealed class ReportedPeer : IAsyncDisposable, IStorageHandler
{
    private readonly ICommitmentHandler handler;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;

    public ReportedPeer(ICommitmentHandler handler, int port = 0)
    {
        this.handler = handler;
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>What it was sent, by SOP instance UID, in order.</summary>
    public ConcurrentQueue<string> Stored { get; } = [];

    public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
    {
        while (await operation.ReadAsync(cancellation) is { IsEmpty: false })
        {
        }

        Stored.Enqueue(operation.Request.SopInstance.Value);
        return new StoreOutcome(DimseStatus.Success);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await accepting;
        listener.Dispose();
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
                served.Add(ServeAsync(await listener.AcceptSocketAsync(ending.Token)));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            var policy = new AcceptorPolicy(_ => null, _ => true, 16384, AssociationTimeouts.Default) { AcceptsProvider = sopClass => sopClass == SopClasses.StorageCommitment };
            await using var association = await AssociationAcceptor.AcceptAsync(socket, policy, TimeProvider.System, ending.Token);
            await StorageProvider.ServeAsync(association, this, handler, ending.Token);
        }
        catch (Exception failure) when (failure is AssociationException or OperationCanceledException or IOException or SocketException)
        {
            // The other side went, or the test is over.
        }
    }
}
