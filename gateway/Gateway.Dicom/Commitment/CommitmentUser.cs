using System.Diagnostics.CodeAnalysis;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Commitment;

/// <summary>
/// The user's side (SCU) of storage commitment on an association of its own (PS3.4 annex J): asks, and takes a report that the provider sends
/// while the association is open. A provider may as well report on an association that it opens itself.
/// </summary>
public sealed class CommitmentUser : IAsyncDisposable
{
    private readonly Association association;
    private readonly MessageExchange messages;
    private readonly CommitmentMessages commitments;
    private readonly Func<CommitmentReport, CancellationToken, Task<DimseStatus>> take;
    private ushort lastId;

    private CommitmentUser(Association association, Func<CommitmentReport, CancellationToken, Task<DimseStatus>> take)
    {
        this.association = association;
        this.take = take;
        messages = new MessageExchange(association);
        commitments = new CommitmentMessages(messages);
    }

    /// <summary>Connects to a provider.</summary>
    /// <param name="options">Whom to call.</param>
    /// <param name="take">Is given each report on this association, and says how it is answered.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <param name="time">The clock of the timeouts; the system's where it is null.</param>
    /// <exception cref="AssociationRejectedException">The peer rejected the request.</exception>
    /// <exception cref="AssociationException">No connection came about, or the peer broke the protocol, was silent or went away.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The user owns the association.")]
    public static async Task<CommitmentUser> ConnectAsync(
        RequestorOptions options, Func<CommitmentReport, CancellationToken, Task<DimseStatus>> take, CancellationToken cancellation, TimeProvider? time = null) =>
        new(await AssociationRequestor.RequestAsync(options, CommitmentProposal.Contexts, time ?? TimeProvider.System, cancellation), take);

    /// <summary>N-ACTION: asks for commitment.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellation">Ends the wait; the association must be aborted then.</param>
    /// <returns>The provider's answer. Success means that it will report, and nothing more.</returns>
    /// <exception cref="ContextNotAcceptedException">The peer does not offer storage commitment.</exception>
    /// <exception cref="AssociationException">The association ended: whether the peer will report is not known.</exception>
    public async Task<DimseStatus> AskAsync(CommitmentRequest request, CancellationToken cancellation)
    {
        var context = CommitmentProposal.ContextOf(association);
        var id = ++lastId;
        await commitments.AskAsync(context, id, request, cancellation);
        while (await messages.ReceiveAsync(cancellation) is { } message)
        {
            if (message.Command is { CommandField: CommandField.ActionResponse, MessageIdBeingRespondedTo: { } answered, Status: { } status } && answered == id)
                return status;
            await TakeAsync(message, cancellation);
        }

        await association.ConfirmReleaseAsync(cancellation);
        throw new AssociationLostException("The peer released the association instead of answering.");
    }

    /// <summary>Takes the next report on this association; false where the association was released instead, by either side.</summary>
    /// <param name="cancellation">Ends the wait; the association must be aborted then.</param>
    /// <exception cref="AssociationException">The association ended otherwise.</exception>
    public async Task<bool> ListenAsync(CancellationToken cancellation)
    {
        if (await messages.ReceiveAsync(cancellation) is { } message)
        {
            await TakeAsync(message, cancellation);
            return true;
        }

        if (!association.IsReleased)
            await association.ConfirmReleaseAsync(cancellation);
        return false;
    }

    /// <summary>Asks for the release while <see cref="ListenAsync"/> waits, which then ends.</summary>
    /// <param name="cancellation">Ends the sending.</param>
    /// <exception cref="AssociationException">The association has ended.</exception>
    public async Task EndListeningAsync(CancellationToken cancellation) => await association.RequestReleaseAsync(cancellation);

    /// <summary>Releases the association, where nobody listens.</summary>
    /// <param name="cancellation">Ends the wait; the association must be aborted then.</param>
    /// <exception cref="AssociationException">The association ended otherwise.</exception>
    public async Task ReleaseAsync(CancellationToken cancellation) => await association.ReleaseAsync(cancellation);

    /// <summary>Aborts the association where it was not released.</summary>
    public ValueTask DisposeAsync() => association.DisposeAsync();

    private async Task TakeAsync(IncomingMessage message, CancellationToken cancellation)
    {
        if (message.Command is not { CommandField: CommandField.EventReportRequest, MessageId: not null })
        {
            var violation = new ProtocolViolationException(AbortReason.InvalidPduParameter, "A message came that is neither the answer nor a report.");
            await association.AbortAsync(violation);
            throw violation;
        }

        var (report, status) = await commitments.ReadReportAsync(message, cancellation);
        if (report is not null)
            status = await take(report, cancellation);
        await messages.SendAsync(message.Context, new EventReportResponse(message.Command, status).ToCommand(), cancellation);
    }
}
