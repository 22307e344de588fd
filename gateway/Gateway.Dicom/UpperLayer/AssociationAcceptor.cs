using System.Net.Sockets;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Protocol;

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
    public static async Task<Association> AcceptAsync(
        Socket socket, AcceptorPolicy policy, TimeProvider time, CancellationToken cancellation)
    {
        var transport = new Transport(socket, policy.MaximumPduLength, policy.Tls);
        var machine = new ProtocolMachine(transport, policy.Timeouts, time, isRequestor: false);
        try
        {
            await machine.AcceptTransportAsync(cancellation);
            var request = (AssociateRequest)(await machine.ReceiveAsync(cancellation)).Received.Content!;
            var identity = request.UserInformation.Identity;
            var rejection = Judge(request, policy);
            var verdict = rejection is null && policy.JudgeIdentity is { } judge ? await judge(identity, cancellation) : null;
            if (verdict is { IsAdmitted: false })
                rejection = AssociateReject.NoReason;
            if (rejection is { } reject)
            {
                await machine.SendAsync(ProtocolEvent.Evt8, reject.ToBytes(), cancellation);
                await machine.WaitForEndAsync();
                throw new AssociationRejectedException(reject);
            }

            var (answers, accepted) = Negotiate(request, policy);
            var window = request.UserInformation.Window?.Answer(policy.MaximumOperations(request));
            var association = new Association(
                machine, request.CallingAeTitle!.Value, request.CalledAeTitle!.Value, accepted, request.UserInformation)
            {
                PerformedOperations = window?.Invoked ?? 1,
            };
            var accept = new AssociateAccept
            {
                CalledAeTitle = request.CalledAeTitle,
                CallingAeTitle = request.CallingAeTitle,
                Contexts = answers,
                UserInformation = UserInformation.Own(policy.MaximumPduLength) with
                {
                    Window = window,
                    Roles = [.. from role in request.UserInformation.Roles
                                where accepted.Exists(context => context.AbstractSyntax == role.SopClass)
                                select role.Answer(policy.AcceptsProvider(role.SopClass))],
                    IdentityResponse =
                        verdict is not null && identity is { RequestsResponse: true } ? new UserIdentityResponse(verdict.ServerResponse) : null,
                },
            };
            await machine.SendAsync(ProtocolEvent.Evt7, accept.ToBytes(), cancellation);
            return association;
        }
        catch
        {
            machine.Close(new AssociationLostException("The association was given up by this side."));
            machine.Dispose();
            throw;
        }
    }

    private static AssociateReject? Judge(AssociateRequest request, AcceptorPolicy policy)
    {
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
