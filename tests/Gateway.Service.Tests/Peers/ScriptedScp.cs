using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Service.Tests.Peers;

/// <summary>A storage provider that answers what a test wants it to answer, and keeps what came, in order.</summary>
public sealed class ScriptedScp : IAsyncDisposable, IStorageHandler
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly List<(string Uid, string Sha256)> received = [];
    private readonly Func<string, Task<ushort>> answer;
    private readonly Task accepting;
    private int associations;

    /// <summary>Starts one.</summary>
    /// <param name="answer">The status of an instance, by its UID; 0000 where there is none.</param>
    /// <param name="port">Its port; a free one where it is 0.</param>
    public ScriptedScp(Func<string, Task<ushort>>? answer = null, int port = 0)
    {
        this.answer = answer ?? (_ => Task.FromResult((ushort)0));
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    public int Associations => associations;

    /// <summary>What it was sent and answered, by SOP instance UID, in order, with the hash of the data set.</summary>
    public IReadOnlyList<(string Uid, string Sha256)> Received
    {
        get
        {
            lock (received)
                return [.. received];
        }
    }

    public IEnumerable<string> Uids => Received.Select(one => one.Uid);

    /// <summary>Whether it closes the connection instead of confirming a release.</summary>
    public bool IsRude { get; init; }

    public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (await operation.ReadAsync(cancellation) is { IsEmpty: false } bytes)
            hash.AppendData(bytes.Span);
        var uid = operation.Request.SopInstance.Value;
        lock (received)
            received.Add((uid, Convert.ToHexStringLower(hash.GetHashAndReset())));
        return new StoreOutcome(new DimseStatus(await answer(uid).WaitAsync(cancellation)));
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
            var policy = new AcceptorPolicy(_ => null, _ => true, 16384, AssociationTimeouts.Default);
            await using var association = await AssociationAcceptor.AcceptAsync(socket, policy, TimeProvider.System, ending.Token);
            Interlocked.Increment(ref associations);
            if (IsRude)
                await RudeAsync(association, socket);
            else
                await StorageProvider.ServeAsync(association, this, ending.Token);
        }
        catch (Exception failure) when (failure is AssociationException or OperationCanceledException or IOException or SocketException)
        {
            // The other side went, or the test is over.
        }
    }

    // Takes one instance and is gone.
    private async Task RudeAsync(Association association, Socket socket)
    {
        var messages = new MessageExchange(association);
        var message = (await messages.ReceiveAsync(ending.Token))!;
        await messages.DrainAsync(ending.Token);
        lock (received)
            received.Add((message.Command.AffectedSopInstanceUid!.Value.Value, ""));
        await messages.SendAsync(
            message.Context,
            new StoreResponse(message.Command.MessageId!.Value, message.Command.AffectedSopClassUid, message.Command.AffectedSopInstanceUid, DimseStatus.Success, null).ToCommand(),
            ending.Token);
        socket.Shutdown(SocketShutdown.Both);
        socket.Close();
    }
}
