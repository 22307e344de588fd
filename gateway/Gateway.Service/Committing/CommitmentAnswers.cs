using System.Collections.Concurrent;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Delivering;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;

namespace Gateway.Service.Committing;

/// <summary>
/// Tells peers what the gateway commits itself to, where the association of the request has ended before: on an association to the target of
/// that AE title, again and again as <see cref="Backoff"/> says. A peer that is no target cannot be told any more.
/// </summary>
internal sealed partial class CommitmentAnswers(
    Ledger ledger, SpoolCommitment spool, Targets targets, Backoff backoff, TimeProvider time, Func<double> chance, ILogger<CommitmentAnswers> log) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, byte> held = [];
    private readonly ConcurrentDictionary<long, (int Attempts, DateTimeOffset NotBefore)> failures = [];
    private volatile TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>An association is open that the request can be reported on.</summary>
    public void Hold(string transaction) => held[transaction] = 0;

    /// <summary>It is not any more.</summary>
    public void Release(string transaction)
    {
        held.TryRemove(transaction, out _);
        released.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var open = ledger.Ask(Open);
                var now = time.GetUtcNow();
                await Task.WhenAll(open.Where(task => NotBefore(task) <= now).GroupBy(task => task.Asked.Calling).Select(peer => TellAsync(peer.Key, [.. peer], stoppingToken)));
                await WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var now = time.GetUtcNow();
        var next = ledger.Ask(Open).Select(task => (DateTimeOffset?)NotBefore(task)).Min();
        var wait = TimeSpan.FromTicks(Math.Clamp(((next - now) ?? LongestWait).Ticks, 0, LongestWait.Ticks));
        await Task.WhenAny(released.Task, Task.Delay(wait, time, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    // While sending is paused nothing goes to anybody: what was told before the machine was set back is not known any more.
    private List<CommitmentTask> Open(DeliveryBook book) => book.Pause is null ? [.. book.Requests.Open.Where(task => !held.ContainsKey(task.Asked.Transaction))] : [];

    private DateTimeOffset NotBefore(CommitmentTask task) => failures.TryGetValue(task.Id, out var failed) ? failed.NotBefore : DateTimeOffset.MinValue;

    private async Task TellAsync(string peer, IReadOnlyList<CommitmentTask> tasks, CancellationToken cancellation)
    {
        await Task.Yield();
        foreach (var (index, task) in tasks.Index())
        {
            var report = spool.Judge(task.Asked, cancellation);
            if (targets.Dicom.FirstOrDefault(target => target.AeTitle.Value == peer) is not { } target)
            {
                Close(task, report, "it ended its association and is no target");
                continue;
            }

            if (await FailureAsync(target, task, report, cancellation) is not { } failure)
            {
                Close(task, report, null);
                continue;
            }

            // who does not answer one does not answer the next either
            foreach (var unanswered in tasks.Skip(index))
                Postpone(unanswered, report, failure);
            return;
        }
    }

    private async Task<string?> FailureAsync(DicomTarget target, CommitmentTask task, CommitmentReport report, CancellationToken cancellation)
    {
        try
        {
            var options = target.Call(AeTitle.Parse(task.Asked.Called)) with { MaximumOperations = 1 };
            var status = await CommitmentProvider.ReportAsync(options, report, cancellation, time);
            return status.IsSuccess || status.IsWarning ? null : $"it answers the report with {status}";
        }
        catch (ContextNotAcceptedException)
        {
            return "it does not let the gateway be its provider of storage commitment";
        }
        catch (AssociationException failure)
        {
            return failure.Message;
        }
    }

    private void Postpone(CommitmentTask task, CommitmentReport report, string reason)
    {
        var now = time.GetUtcNow();
        if (backoff.IsOver(task.At, now))
        {
            Close(task, report, reason);
            return;
        }

        var attempts = failures.GetValueOrDefault(task.Id).Attempts + 1;
        failures[task.Id] = (attempts, backoff.Next(attempts, now, chance()));
        LogPostponed(task.Id, task.Asked.Calling, reason);
    }

    private void Close(CommitmentTask task, CommitmentReport report, string? untold)
    {
        ledger.Record(new LedgerEvent.CommitmentReported(task.Id, report.Committed.Count, report.Failed.Count, untold));
        failures.TryRemove(task.Id, out _);
        if (untold is null)
            LogTold(task.Id, task.Asked.Calling, report.Committed.Count, report.Failed.Count);
        else
            LogUntold(task.Id, task.Asked.Calling, untold);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Request} of {Peer} is answered: the gateway keeps {Committed} instances, and not {Failed}")]
    private partial void LogTold(long request, string peer, int committed, int failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Request} of {Peer} cannot be answered now, and is tried again: {Reason}")]
    private partial void LogPostponed(long request, string peer, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Peer} is not told what the gateway keeps of its request {Request}: {Reason}")]
    private partial void LogUntold(long request, string peer, string reason);
}
