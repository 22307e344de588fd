using System.Net.Sockets;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Protocol;

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
    public static async Task<Association> RequestAsync(
        RequestorOptions options, IReadOnlyList<ProposedContext> contexts, TimeProvider time, CancellationToken cancellation)
    {
        var transport = new Transport(new Socket(SocketType.Stream, ProtocolType.Tcp), options.MaximumPduLength, options.Tls);
        var machine = new ProtocolMachine(transport, options.Timeouts, time, isRequestor: true);
        var request = new AssociateRequest
        {
            CalledAeTitle = options.Called,
            CallingAeTitle = options.Calling,
            Contexts = contexts,
            UserInformation = UserInformation.Own(options.MaximumPduLength) with
            {
                Window = Proposed(options),
                Identity = options.Identity,
                Roles = options.Roles,
            },
        };
        try
        {
            await machine.ConnectAsync(options.EndPoint, request.ToBytes(), cancellation);
            var accept = (AssociateAccept)(await machine.ReceiveAsync(cancellation)).Received.Content!;
            var accepted =
                from answer in accept.Contexts
                where answer.Result == ContextResult.Acceptance
                join proposed in contexts on answer.Id equals proposed.Id
                select new PresentationContext(answer.Id, proposed.AbstractSyntax, answer.TransferSyntax);
            if (Refusal(options, accept.UserInformation) is var (happened, refusal))
            {
                await machine.AbortAsync(happened, refusal);
                throw refusal;
            }

            return new Association(
                machine, options.Calling, options.Called, accepted.DistinctBy(context => context.Id), accept.UserInformation)
            {
                InvokedOperations = Proposed(options) is null ? 1 : accept.UserInformation.Window?.Invoked ?? 1,
            };
        }
        catch
        {
            machine.Close(new AssociationLostException("The association was given up by this side."));
            machine.Dispose();
            throw;
        }
    }

    private static OperationsWindow? Proposed(RequestorOptions options) =>
        options.MaximumOperations > 1 ? new OperationsWindow((ushort)Math.Min(options.MaximumOperations, ushort.MaxValue), 1) : null;

    /// <summary>Why an accepted association cannot be used, and the event that it is.</summary>
    private static (ProtocolEvent Event, AssociationException Cause)? Refusal(RequestorOptions options, UserInformation peer)
    {
        if (Proposed(options) is { } proposed && peer.Window is { } answered && (answered.Invoked == 0 || answered.Invoked > proposed.Invoked))
        {
            return (ProtocolEvent.Evt19, new ProtocolViolationException(
                AbortReason.InvalidPduParameter,
                $"The peer answers the proposal of {proposed.Invoked} outstanding operations with {answered.Invoked}; "
                + "fewer or as many are allowed, and 0 means without limit."));
        }

        return options.Identity is { RequestsResponse: true } && peer.IdentityResponse is null
            ? (ProtocolEvent.Evt15, new UserIdentityNotConfirmedException())
            : null;
    }
}
