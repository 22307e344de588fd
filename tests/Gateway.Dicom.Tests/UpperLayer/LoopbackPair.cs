using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.UpperLayer.Protocol;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Xunit;

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

    /// <summary>An acceptor's answer that takes the first context only.</summary>
    public static AssociateAccept Accept { get; } = new()
    {
        CalledAeTitle = AeTitle.Parse("DICOMMAIL"),
        CallingAeTitle = AeTitle.Parse("PACS"),
        Contexts = [new NegotiatedContext(1, ContextResult.Acceptance, TransferSyntax.ImplicitVrLittleEndian)],
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
        AcceptorPolicy policy, TimeProvider time, CancellationToken cancellation,
        Func<RequestorOptions, RequestorOptions>? configure = null, IReadOnlyList<ProposedContext>? contexts = null,
        TimeProvider? requestorTime = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = Options((IPEndPoint)listener.LocalEndpoint);
        var requesting = AssociationRequestor.RequestAsync(
            configure?.Invoke(options) ?? options, contexts ?? Contexts, requestorTime ?? time, cancellation);
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

    /// <summary>A raw acceptor that has the request already, and the requestor that waits for its answer.</summary>
    public static async Task<(Socket Peer, Task<Association> Requesting)> RequestingAsync(
        Func<RequestorOptions, RequestorOptions> configure, CancellationToken cancellation, TimeProvider? time = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = configure(Options((IPEndPoint)listener.LocalEndpoint));
        var requesting = AssociationRequestor.RequestAsync(options, Contexts, time ?? TimeProvider.System, cancellation);
        var peer = await listener.AcceptSocketAsync(cancellation);
        Assert.Equal(1, (await peer.ReadPduAsync(cancellation))[0]);
        return (peer, requesting);
    }

    public static async Task AbortBothAsync(Association requestor, Association acceptor) =>
        await Task.WhenAll(requestor.AbortAsync().AsTask(), acceptor.AbortAsync().AsTask());

    private static RequestorOptions Options(IPEndPoint endPoint) =>
        new(new IPEndPoint(endPoint.Address, endPoint.Port), AeTitle.Parse("PACS"), AeTitle.Parse("DICOMMAIL"));
}
