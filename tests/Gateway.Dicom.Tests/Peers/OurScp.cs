using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Tests.Peers;

/// <summary>Our own provider on a loopback port; it keeps what it gets in memory, and how each association ended.</summary>
internal sealed class OurScp : IStorageHandler, IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly AcceptorPolicy policy;
    private readonly TimeProvider time;
    private readonly Task accepting;
    private readonly System.Threading.Channels.Channel<Exception?> ends = System.Threading.Channels.Channel.CreateUnbounded<Exception?>();

    private OurScp(AcceptorPolicy policy, TimeProvider time)
    {
        this.policy = policy;
        this.time = time;
        listener.Start();
        accepting = AcceptAsync();
    }

    public static AcceptorPolicy Policy { get; } = new(
        _ => null, sopClass => sopClass == SopClasses.Verification || SopClasses.IsStorage(sopClass), 128 * 1024, AssociationTimeouts.Default);

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>The data sets by SOP instance UID.</summary>
    public ConcurrentDictionary<string, byte[]> Received { get; } = [];

    /// <summary>The associations that came about.</summary>
    public ConcurrentQueue<Association> Associations { get; } = [];

    /// <summary>What it does about storage commitment; null where it knows none.</summary>
    public ICommitmentHandler? Commitment { get; set; }

    public static OurScp Start(AcceptorPolicy? policy = null, TimeProvider? time = null) => new(policy ?? Policy, time ?? TimeProvider.System);

    /// <summary>How the next connection ended: null for a release.</summary>
    public async Task<Exception?> EndAsync(CancellationToken cancellation) => await ends.Reader.ReadAsync(cancellation);

    public RequestorOptions Caller => new(EndPoint, AeTitle.Parse("US"), AeTitle.Parse("OURSCP"));

    public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
    {
        var bytes = new MemoryStream();
        while (await operation.ReadAsync(cancellation) is { IsEmpty: false } part)
            bytes.Write(part.Span);
        Received[operation.Request.SopInstance.Value] = bytes.ToArray();
        return new StoreOutcome(DimseStatus.Success);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Dispose();
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptSocketAsync(closing.Token));
        }
        catch (OperationCanceledException)
        {
            // the test has ended
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Exception? end = null;
        try
        {
            await using var association = await AssociationAcceptor.AcceptAsync(socket, policy, time, closing.Token);
            Associations.Enqueue(association);
            if (Commitment is { } commitment)
                await StorageProvider.ServeAsync(association, this, commitment, closing.Token);
            else
                await StorageProvider.ServeAsync(association, this, closing.Token);
        }
        catch (Exception failure)
        {
            end = failure;
        }

        ends.Writer.TryWrite(end);
    }
}
