using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.Tests.UpperLayer;

/// <summary>Both sides of an association over loopback, or the acceptor alone with a raw socket against it.</summary>
internal static class LoopbackPair
{
    public static AcceptorPolicy Policy { get; } = new(
        _ => null, sopClass => sopClass == SopClasses.Verification || SopClasses.IsStorage(sopClass), 16384, AssociationTimeouts.Default);

    public static IReadOnlyList<ProposedContext> Contexts { get; } =
    [
        new(1, SopClasses.Verification, [TransferSyntax.ImplicitVrLittleEndian]),
        new(3, SopClasses.CtImageStorage, [TransferSyntax.ExplicitVrBigEndian, TransferSyntax.ExplicitVrLittleEndian]),
        new(5, Uid.Parse("1.2.840.10008.5.1.4.1.2.2.1"), [TransferSyntax.ImplicitVrLittleEndian]), // Study Root FIND: no storage class
    ];

    public static AssociateRequest Request { get; } = new()
    {
        CalledAeTitle = AeTitle.Parse("DICOMMAIL"),
        CallingAeTitle = AeTitle.Parse("PACS"),
        Contexts = Contexts,
        UserInformation = UserInformation.Own(16384),
    };

    /// <summary>A raw connection, and the acceptor that answers it.</summary>
    public static async Task<(Socket Peer, Task<Association> Accepting)> RawAsync(
        AcceptorPolicy policy, TimeProvider time, CancellationToken cancellation)
    {
        var (peer, accepted) = await ConnectAsync(cancellation);
        return (peer, AssociationAcceptor.AcceptAsync(accepted, policy, time, cancellation));
    }

    public static async Task<(Association Requestor, Association Acceptor)> OpenAsync(
        AcceptorPolicy policy, TimeProvider time, CancellationToken cancellation)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endPoint = (IPEndPoint)listener.LocalEndpoint;
        var options = new RequestorOptions(
            new IPEndPoint(endPoint.Address, endPoint.Port), AeTitle.Parse("PACS"), AeTitle.Parse("DICOMMAIL"));
        var requesting = AssociationRequestor.RequestAsync(options, Contexts, time, cancellation);
        var accepted = await listener.AcceptSocketAsync(cancellation);
        var acceptor = await AssociationAcceptor.AcceptAsync(accepted, policy, time, cancellation);
        return (await requesting, acceptor);
    }

    private static async Task<(Socket Peer, Socket Accepted)> ConnectAsync(CancellationToken cancellation)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndpoint, cancellation);
        return (peer, await listener.AcceptSocketAsync(cancellation));
    }

    /// <summary>Everything that the other side still sends, until it says that there is no more.</summary>
    public static async Task<byte[]> ReadToEndAsync(this Socket peer, CancellationToken cancellation)
    {
        var received = new MemoryStream();
        await using var stream = new NetworkStream(peer, ownsSocket: true);
        await stream.CopyToAsync(received, cancellation);
        return received.ToArray();
    }
}
