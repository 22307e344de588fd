using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Commitment;

/// <summary>
/// What an acceptor does about storage commitment on one association (PS3.4 annex J): as the provider that a peer asks, and as the user that
/// a provider reports to.
/// </summary>
public interface ICommitmentHandler
{
    /// <summary>A peer asks for commitment. What is answered with success must be reported some day, whatever happens meanwhile.</summary>
    /// <param name="association">The association.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellation">Ends the work; the association is aborted then.</param>
    /// <returns>The status of the N-ACTION.</returns>
    Task<DimseStatus> AskAsync(Association association, CommitmentRequest request, CancellationToken cancellation);

    /// <summary>The report about a request that was answered with success, once it is to be sent on the same association.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Ends the work when the peer asks for the release: the report needs another association.</param>
    Task<CommitmentReport> ReportAsync(CommitmentRequest request, CancellationToken cancellation);

    /// <summary>The peer answered a report on the same association.</summary>
    /// <param name="report">The report.</param>
    /// <param name="status">The peer's answer.</param>
    Task ToldAsync(CommitmentReport report, DimseStatus status);

    /// <summary>A provider reports about a request of ours.</summary>
    /// <param name="association">The association.</param>
    /// <param name="report">The report.</param>
    /// <param name="cancellation">Ends the work; the association is aborted then.</param>
    /// <returns>The status of the N-EVENT-REPORT.</returns>
    Task<DimseStatus> TakeAsync(Association association, CommitmentReport report, CancellationToken cancellation);
}
