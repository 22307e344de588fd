using System.Net.Sockets;
using System.Security.Cryptography;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Service.Tests.Peers;

/// <summary>A storage provider that answers what a test wants it to answer, and keeps what came, in order.</summary>
/// <param name="answer">The status of an instance, by its UID; 0000 where there is none.</param>
/// <param name="port">Its port; a free one where it is 0.</param>
public sealed class ScriptedScp(Func<string, Task<ushort>>? answer = null, int port = 0) : AcceptingPeer(port), IStorageHandler
{
    private readonly List<(string Uid, string Sha256)> received = [];
    private int associations;

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
        return new StoreOutcome(new DimseStatus(answer is null ? (ushort)0 : await answer(uid).WaitAsync(cancellation)));
    }

    protected override async Task ServeAsync(Socket socket)
    {
        var policy = new AcceptorPolicy(_ => null, _ => true, 16384, AssociationTimeouts.Default);
        await using var association = await AssociationAcceptor.AcceptAsync(socket, policy, TimeProvider.System, Ending);
        Interlocked.Increment(ref associations);
        if (IsRude)
            await RudeAsync(association, socket);
        else
            await StorageProvider.ServeAsync(association, this, Ending);
    }

    // Takes one instance and is gone.
    private async Task RudeAsync(Association association, Socket socket)
    {
        var messages = new MessageExchange(association);
        var message = (await messages.ReceiveAsync(Ending))!;
        await messages.DrainAsync(Ending);
        lock (received)
            received.Add((message.Command.AffectedSopInstanceUid!.Value.Value, ""));
        await messages.SendAsync(
            message.Context,
            new StoreResponse(message.Command.MessageId!.Value, message.Command.AffectedSopClassUid, message.Command.AffectedSopInstanceUid, DimseStatus.Success, null).ToCommand(),
            Ending);
        socket.Shutdown(SocketShutdown.Both);
        socket.Close();
    }
}
