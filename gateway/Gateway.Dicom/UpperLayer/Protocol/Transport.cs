using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Tls;

namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>A transport connection (PS3.8 section 9.1) that carries PDUs, encrypted or in the clear.</summary>
/// <param name="socket">The socket; it is closed with the transport.</param>
/// <param name="maximumDataLength">The longest body of a P-DATA-TF, in bytes, that this side announces.</param>
/// <param name="tls">How it is encrypted; null for in the clear.</param>
internal sealed class Transport(Socket socket, int maximumDataLength, TlsSettings? tls) : IDisposable
{
    private Stream? stream;
    private PduReader? reader;

    /// <summary>Who is at the other end, for messages.</summary>
    public string Peer => $"{(socket.Connected ? socket.RemoteEndPoint : null)}";

    /// <summary>Opens the connection to a peer.</summary>
    public async Task ConnectAsync(EndPoint peer, CancellationToken cancellation)
    {
        await socket.ConnectAsync(peer, cancellation);
        await BeginAsync(connection => TlsHandshake.ConnectAsync(connection, peer, tls!, cancellation));
    }

    /// <summary>Takes a connection that a peer opened.</summary>
    public Task AcceptAsync(CancellationToken cancellation) =>
        BeginAsync(connection => TlsHandshake.AcceptAsync(connection, tls!, cancellation));

    /// <inheritdoc cref="PduReader.ReadAsync"/>
    public ValueTask<ReceivedPdu?> ReadAsync(CancellationToken cancellation) => reader!.ReadAsync(cancellation);

    /// <summary>Writes a PDU, in the clear with one call.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> pdu, CancellationToken cancellation) => stream!.WriteAsync(pdu, cancellation);

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        stream?.Dispose();
        socket.Dispose();
    }

    private async Task BeginAsync(Func<Stream, Task<Stream>> encrypt)
    {
        socket.NoDelay = true; // a response waits for no further bytes
        Stream connection = new NetworkStream(socket, ownsSocket: true);
        stream = tls is null ? connection : await encrypt(connection);
        reader = new PduReader(stream, maximumDataLength);
    }
}
