using System.Collections.Concurrent;
using System.Net.Sockets;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Tests.Peers;

namespace Gateway.Service.Tests.Committing;

/// <summary>An application entity of the test's own: it stores whatever comes, and does about storage commitment what its handler does.</summary>
internal sealed class ReportedPeer(ICommitmentHandler handler, int port = 0) : AcceptingPeer(port), IStorageHandler
{
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

    protected override async Task ServeAsync(Socket socket)
    {
        var policy = new AcceptorPolicy(_ => null, _ => true, 16384, AssociationTimeouts.Default) { AcceptsProvider = sopClass => sopClass == SopClasses.StorageCommitment };
        await using var association = await AssociationAcceptor.AcceptAsync(socket, policy, TimeProvider.System, Ending);
        await StorageProvider.ServeAsync(association, this, handler, Ending);
    }
}
