using System.Net.Sockets;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.UpperLayer;

/// <summary>
/// A transport connection that carries PDUs, each within a time limit. What the transport reports becomes an
/// <see cref="AssociationException"/>; nothing else leaves it.
/// </summary>
internal sealed class PduConnection : IAsyncDisposable
{
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private readonly PduReader reader;
    private readonly TimeProvider time;

    public PduConnection(Socket socket, int maximumDataLength, TimeProvider time)
    {
        socket.NoDelay = true; // a response waits for no further bytes
        this.socket = socket;
        this.time = time;
        stream = new NetworkStream(socket, ownsSocket: true);
        reader = new PduReader(stream, maximumDataLength);
    }

    public async ValueTask<ReceivedPdu> ReadAsync(TimeSpan timeout, CancellationToken cancellation) =>
        await WithinAsync(timeout, token => reader.ReadAsync(token), cancellation)
        ?? throw new AssociationLostException("The peer closed the connection without releasing the association.");

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> pdu, TimeSpan timeout, CancellationToken cancellation) =>
        await WithinAsync(timeout, async token =>
        {
            await stream.WriteAsync(pdu, token);
            return true;
        }, cancellation);

    /// <summary>
    /// Says that nothing more will be sent, and waits for the peer to close, at most <paramref name="patience"/> (PS3.8 section 9.2,
    /// state 13). A connection that is closed with unread bytes is reset, and the peer would lose the last PDU.
    /// </summary>
    public async ValueTask CloseAsync(TimeSpan patience)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            var discarded = new byte[4096];
            while (await WithinAsync(patience, token => stream.ReadAsync(discarded, token), CancellationToken.None) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The peer was quicker: there is nothing left to wait for.
        }
        catch (AssociationException)
        {
            // The same, or the peer does not close: its time is up.
        }

        await DisposeAsync();
    }

    /// <summary>Sends A-ABORT where the peer still takes it, and closes.</summary>
    public async ValueTask AbortAsync(Abort abort, TimeSpan patience)
    {
        try
        {
            await WriteAsync(abort.ToBytes(), patience, CancellationToken.None);
            await CloseAsync(patience);
        }
        catch (AssociationException)
        {
            // The peer is gone already, which is what an abort wants.
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async ValueTask<T> WithinAsync<T>(
        TimeSpan timeout, Func<CancellationToken, ValueTask<T>> action, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            return await action(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new AssociationTimedOutException(timeout);
        }
        catch (IOException failure)
        {
            throw new AssociationLostException($"The connection to the peer was lost: {failure.Message}", failure);
        }
        catch (ObjectDisposedException failure)
        {
            throw new AssociationLostException("The connection to the peer is closed.", failure);
        }
    }
}
