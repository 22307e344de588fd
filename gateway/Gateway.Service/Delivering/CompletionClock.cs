using Gateway.Service.Ledgers;

namespace Gateway.Service.Delivering;

/// <summary>Queues what is due of what has arrived, on the device before anybody sends it.</summary>
internal sealed class CompletionClock(Completion completion, Ledger ledger, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // Images arrive by the hundred: who looks at each would do nothing else.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var changed = ledger.ChangedAsync();
                QueueDue();
                await WaitAsync(changed, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Queues what is due now.</summary>
    public void QueueDue()
    {
        var now = time.GetUtcNow();
        var due = ledger.Ask(book => book.Studies
            .SelectMany(study => completion.Due(study.Value, study.Key.Priority, book.SentOf(study.Key), now).Select(part => (study.Key, part.Kind, part.Names))).ToList());
        foreach (var (key, kind, names) in due)
            ledger.Record(new LedgerEvent.Queued(key.Target, key.Priority, kind, key.Study, names));
    }

    private async Task WaitAsync(Task changed, CancellationToken cancellation)
    {
        await Task.Delay(ShortestWait, time, cancellation);
        var next = ledger.Ask(book => book.Studies.Select(study => (DateTimeOffset?)completion.DueAt(study.Value, study.Key.Priority)).Min());
        var wait = next is { } at ? at - time.GetUtcNow() : LongestWait;
        if (wait <= TimeSpan.Zero)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(changed, Task.Delay(wait < LongestWait ? wait : LongestWait, time, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }
}
