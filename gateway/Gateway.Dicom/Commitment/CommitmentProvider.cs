using Gateway.Dicom.Dimse;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.Commitment;

/// <summary>
/// The provider's side (SCP) of storage commitment where it opens the association itself, to report about a request that came on another one:
/// it proposes to be SCP (PS3.4 section J.3.3, PS3.7 annex D.3.3.4).
/// </summary>
public static class CommitmentProvider
{
    /// <summary>N-EVENT-REPORT on an association of its own, which is released afterwards.</summary>
    /// <param name="options">Whom to call.</param>
    /// <param name="report">The report.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <param name="time">The clock of the timeouts; the system's where it is null.</param>
    /// <returns>The peer's answer.</returns>
    /// <exception cref="ContextNotAcceptedException">The peer does not take storage commitment, or not from a requestor that is SCP.</exception>
    /// <exception cref="AssociationException">There was no association, or it ended before the answer: whether the peer was told is not known.</exception>
    public static async Task<DimseStatus> ReportAsync(RequestorOptions options, CommitmentReport report, CancellationToken cancellation, TimeProvider? time = null)
    {
        var proposed = options with { Roles = [new RoleSelection(SopClasses.StorageCommitment, IsUser: false, IsProvider: true)] };
        await using var association = await AssociationRequestor.RequestAsync(proposed, CommitmentProposal.Contexts, time ?? TimeProvider.System, cancellation);
        var context = CommitmentProposal.ContextOf(association);
        if (!association.Peer.Roles.Any(role => role.SopClass == SopClasses.StorageCommitment && role.IsProvider))
            throw new ContextNotAcceptedException(context.AbstractSyntax, context.TransferSyntax);
        var messages = new MessageExchange(association);
        await new CommitmentMessages(messages).ReportAsync(context, 1, report, cancellation);
        if (await messages.ReceiveAsync(cancellation) is not { Command: { CommandField: CommandField.EventReportResponse, MessageIdBeingRespondedTo: 1, Status: { } status } })
        {
            var violation = new ProtocolViolationException(AbortReason.InvalidPduParameter, "The peer did not answer the report.");
            await association.AbortAsync(violation);
            throw violation;
        }

        try
        {
            await association.ReleaseAsync(cancellation);
        }
        catch (AssociationException)
        {
            // it was answered: the peer takes nothing back
        }

        return status;
    }
}
