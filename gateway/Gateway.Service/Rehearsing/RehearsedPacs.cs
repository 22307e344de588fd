using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Service.Rehearsing;

/// <summary>The PACS of a rehearsed site: a storage provider on loopback that keeps of each instance its hash.</summary>
internal sealed class RehearsedPacs : IStorageHandler, IAsyncDisposable
{
    private const int PduBytes = 131_072;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentQueue<string> received = [];
    private readonly Task accepting;

    public RehearsedPacs()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>The SHA-256 of the data sets that it has stored, in the order in which they came.</summary>
    public IReadOnlyList<string> Received => [.. received];

    public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (await operation.ReadAsync(cancellation) is { IsEmpty: false } bytes)
            hash.AppendData(bytes.Span);
        received.Enqueue(Convert.ToHexStringLower(hash.GetHashAndReset()));
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
        var policy = new AcceptorPolicy(_ => null, SopClasses.IsStorage, PduBytes, AssociationTimeouts.Default);
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptSocketAsync(ending.Token);
                await using var association = await AssociationAcceptor.AcceptAsync(socket, policy, TimeProvider.System, ending.Token);
                await StorageProvider.ServeAsync(association, this, ending.Token);
            }
            catch (AssociationException)
            {
                // The sender's trouble, and it says so.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
