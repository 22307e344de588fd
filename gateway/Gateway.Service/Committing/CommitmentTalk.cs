using System.Collections.Concurrent;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Committing;

/// <summary>
/// Storage commitment on one association that a peer opened. A request is on the device before it is answered with 0000; it is reported on this
/// association if that is still open after a moment, and is left to <see cref="CommitmentAnswers"/> otherwise.
/// </summary>
internal sealed class CommitmentTalk(Ledger ledger, SpoolCommitment spool, CommitmentReports reports, CommitmentAnswers answers, TimeProvider time) : ICommitmentHandler
{
    // A peer that wants the report on another association releases this one right after the answer.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, LedgerLine> requests = [];

    public async Task<DimseStatus> AskAsync(Association association, CommitmentRequest request, CancellationToken cancellation)
    {
        var transaction = request.Transaction.Value;
        answers.Hold(transaction);
        var line = ledger.Record(new LedgerEvent.CommitmentRequested(
            transaction, association.CallingAeTitle.Value, association.CalledAeTitle.Value,
            [.. request.Instances.Select(instance => new SopReference(instance.SopClass.Value, instance.SopInstance.Value))]));
        requests[transaction] = line;
        await ledger.FlushAsync();
        return DimseStatus.Success;
    }

    public async Task<CommitmentReport> ReportAsync(CommitmentRequest request, CancellationToken cancellation)
    {
        await Task.Delay(Moment, time, cancellation);
        return spool.Judge((LedgerEvent.CommitmentRequested)requests[request.Transaction.Value].What, cancellation);
    }

    public Task ToldAsync(CommitmentReport report, DimseStatus status)
    {
        if (status.IsSuccess && requests.TryRemove(report.Transaction.Value, out var line))
        {
            ledger.Record(new LedgerEvent.CommitmentReported(line.Number, report.Committed.Count, report.Failed.Count, null));
            answers.Release(report.Transaction.Value);
        }

        return Task.CompletedTask;
    }

    public Task<DimseStatus> TakeAsync(Association association, CommitmentReport report, CancellationToken cancellation) =>
        reports.TakeAsync(report, association.CallingAeTitle);

    /// <summary>The association has ended: what is not reported is left to others.</summary>
    public void End()
    {
        foreach (var transaction in requests.Keys)
            answers.Release(transaction);
    }
}
