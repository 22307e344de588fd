using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.UpperLayer;

/// <summary>The requestor's side of association establishment (PS3.8 section 7.1).</summary>
public static class AssociationRequestor
{
    /// <summary>Connects to a peer and requests an association.</summary>
    /// <param name="options">Whom to call.</param>
    /// <param name="contexts">What to propose; at most 128.</param>
    /// <param name="time">The clock of the timeouts.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="AssociationRejectedException">The peer rejected the request.</exception>
    /// <exception cref="AssociationException">
    /// No connection came about, or the peer broke the protocol, was silent or went away.
    /// </exception>
    [SuppressMessage(
        "Reliability", "CA2000", Justification = "The association owns the connection; on every other path it is disposed below.")]
    public static async Task<Association> RequestAsync(
        RequestorOptions options, IReadOnlyList<ProposedContext> contexts, TimeProvider time, CancellationToken cancellation)
    {
        var artim = options.Timeouts.Artim;
        var connection = new PduConnection(await ConnectAsync(options, time, cancellation), options.MaximumPduLength, time);
        try
        {
            var request = new AssociateRequest
            {
                CalledAeTitle = options.Called,
                CallingAeTitle = options.Calling,
                Contexts = contexts,
                UserInformation = UserInformation.Own(options.MaximumPduLength),
            };
            await connection.WriteAsync(request.ToBytes(), artim, cancellation);
            var accept = ReadAnswer(await connection.ReadAsync(artim, cancellation));
            var accepted =
                from answer in accept.Contexts
                where answer.Result == ContextResult.Acceptance
                join proposed in contexts on answer.Id equals proposed.Id
                select new PresentationContext(answer.Id, proposed.AbstractSyntax, answer.TransferSyntax);
            return new Association(
                connection, options.Timeouts, options.Calling, options.Called, accepted.DistinctBy(context => context.Id),
                accept.UserInformation);
        }
        catch (ProtocolViolationException violation)
        {
            await connection.AbortAsync(new Abort(AbortSource.ServiceProvider, violation.Reason), artim);
            throw;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static AssociateAccept ReadAnswer(ReceivedPdu pdu) => pdu.Type switch
    {
        PduType.AssociateAccept => AssociateAccept.Read(pdu.Body.Span),
        PduType.AssociateReject => throw new AssociationRejectedException(AssociateReject.Read(pdu.Body.Span)),
        PduType.Abort => throw new AssociationAbortedException(Abort.Read(pdu.Body.Span)),
        _ => throw new ProtocolViolationException(AbortReason.UnexpectedPdu, $"A {pdu.Type} PDU came in answer to an AssociateRequest."),
    };

    private static async Task<Socket> ConnectAsync(RequestorOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(options.Timeouts.Artim, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await socket.ConnectAsync(options.EndPoint, either.Token);
            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new AssociationLostException($"No connection to {options.EndPoint}: {failure.Message}", failure);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new AssociationTimedOutException(options.Timeouts.Artim);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
