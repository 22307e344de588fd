using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.UpperLayer;

/// <summary>The acceptor's side of association establishment (PS3.8 section 7.1).</summary>
public static class AssociationAcceptor
{
    /// <summary>Waits on a connection for A-ASSOCIATE-RQ and answers it.</summary>
    /// <param name="socket">The connection; it belongs to the association, or is closed.</param>
    /// <param name="policy">What is accepted.</param>
    /// <param name="time">The clock of the timeouts.</param>
    /// <param name="cancellation">Ends the wait and closes the connection.</param>
    /// <exception cref="AssociationRejectedException">The request was rejected.</exception>
    /// <exception cref="AssociationException">The peer broke the protocol, was silent or went away.</exception>
    [SuppressMessage(
        "Reliability", "CA2000", Justification = "The association owns the connection; on every other path it is disposed below.")]
    public static async Task<Association> AcceptAsync(
        Socket socket, AcceptorPolicy policy, TimeProvider time, CancellationToken cancellation)
    {
        var artim = policy.Timeouts.Artim;
        var connection = new PduConnection(socket, policy.MaximumPduLength, time);
        try
        {
            var request = ReadRequest(await connection.ReadAsync(artim, cancellation));
            if (Judge(request, policy) is { } rejection)
            {
                await connection.WriteAsync(rejection.ToBytes(), artim, cancellation);
                await connection.CloseAsync(artim);
                throw new AssociationRejectedException(rejection);
            }

            var (answers, accepted) = Negotiate(request, policy);
            var association = new Association(
                connection, policy.Timeouts, request.CallingAeTitle!.Value, request.CalledAeTitle!.Value, accepted,
                request.UserInformation);
            var accept = new AssociateAccept
            {
                CalledAeTitle = request.CalledAeTitle,
                CallingAeTitle = request.CallingAeTitle,
                Contexts = answers,
                UserInformation = UserInformation.Own(policy.MaximumPduLength),
            };
            await connection.WriteAsync(accept.ToBytes(), artim, cancellation);
            return association;
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

    private static AssociateRequest ReadRequest(ReceivedPdu pdu) => pdu.Type switch
    {
        PduType.AssociateRequest => AssociateRequest.Read(pdu.Body.Span),
        PduType.Abort => throw new AssociationAbortedException(Abort.Read(pdu.Body.Span)),
        _ => throw new ProtocolViolationException(
            AbortReason.UnexpectedPdu, $"A {pdu.Type} PDU came where only an AssociateRequest is due."),
    };

    private static AssociateReject? Judge(AssociateRequest request, AcceptorPolicy policy)
    {
        if ((request.ProtocolVersion & 1) == 0)
            return AssociateReject.ProtocolVersionNotSupported;
        if (request.ApplicationContext != AssociateRequest.DicomApplicationContext)
            return AssociateReject.ApplicationContextNotSupported;
        if (request.CalledAeTitle is null)
            return AssociateReject.CalledAeTitleNotRecognized;
        if (request.CallingAeTitle is null)
            return AssociateReject.CallingAeTitleNotRecognized;
        return policy.Admit(request);
    }

    /// <summary>
    /// The first transfer syntax of each list is taken: the peer's own order keeps its bytes unchanged (PS3.8 section 7.1.1.14).
    /// </summary>
    private static (List<NegotiatedContext> Answers, List<PresentationContext> Accepted) Negotiate(
        AssociateRequest request, AcceptorPolicy policy)
    {
        List<NegotiatedContext> answers = [];
        List<PresentationContext> accepted = [];
        foreach (var context in request.Contexts)
        {
            var result = !policy.AcceptsAbstractSyntax(context.AbstractSyntax) ? ContextResult.AbstractSyntaxNotSupported
                : context.TransferSyntaxes.Count == 0 ? ContextResult.TransferSyntaxesNotSupported
                : ContextResult.Acceptance;
            var syntax = context.TransferSyntaxes.Count > 0 ? context.TransferSyntaxes[0] : TransferSyntax.ImplicitVrLittleEndian;
            answers.Add(new NegotiatedContext(context.Id, result, syntax));
            if (result == ContextResult.Acceptance)
                accepted.Add(new PresentationContext(context.Id, context.AbstractSyntax, syntax));
        }

        return (answers, accepted);
    }
}
