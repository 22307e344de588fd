using System.Collections.Concurrent;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Service.Tests.Committing;

/// <summary>A peer that is reported to, and that answers requests as a test wants: on the same association, on its own, or never.</summary>
internal sealed class Told : ICommitmentHandler
{
    /// <summary>What it was told.</summary>
    public ConcurrentQueue<CommitmentReport> Reports { get; } = [];

    /// <summary>What it was asked.</summary>
    public ConcurrentQueue<CommitmentRequest> Requests { get; } = [];

    /// <summary>Its report on the so-manieth request, from 1, on the same association; null never comes.</summary>
    public Func<CommitmentRequest, int, CommitmentReport?> Answer { get; init; } = (_, _) => null;

    public Task<DimseStatus> AskAsync(Association association, CommitmentRequest request, CancellationToken cancellation)
    {
        Requests.Enqueue(request);
        return Task.FromResult(DimseStatus.Success);
    }

    public async Task<CommitmentReport> ReportAsync(CommitmentRequest request, CancellationToken cancellation)
    {
        if (Answer(request, Requests.Count) is { } report)
            return report;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        throw new OperationCanceledException(cancellation);
    }

    public Task ToldAsync(CommitmentReport report, DimseStatus status) => Task.CompletedTask;

    public Task<DimseStatus> TakeAsync(Association association, CommitmentReport report, CancellationToken cancellation)
    {
        Reports.Enqueue(report);
        return Task.FromResult(DimseStatus.Success);
    }
}
