using Gateway.Service.Ledgers;

namespace Gateway.Service.Delivering;

/// <summary>
/// One flow per target: takes the most urgent delivery that is due, delivers it, records how it ended. A delivery that something more
/// urgent overtakes keeps its place and goes on after it. The end of a delivery is on the device before the next begins.
/// </summary>
internal sealed partial class Dispatcher(
    IEnumerable<IDeliverer> deliverers, Ledger ledger, Backoff backoff, TimeProvider time, Func<double> chance, ILogger<Dispatcher> log) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> served = [.. deliverers.Select(deliverer => deliverer.Target)];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll([GiveUpUnservedAsync(stoppingToken), .. deliverers.Select(deliverer => ServeAsync(deliverer, stoppingToken))]);

    // A target that was renamed or taken out of the configuration may come back; what waits for it ends as what waits for a target that is away.
    private async Task GiveUpUnservedAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(LongestWait, time);
        try
        {
            do
            {
                var now = time.GetUtcNow();
                foreach (var delivery in ledger.Ask(book => book.Pause is null ? book.Deliveries.Where(delivery => !served.Contains(delivery.Target) && backoff.IsOver(delivery.QueuedAt, now)).ToList() : []))
                {
                    var reason = $"no target {delivery.Target} is configured any more";
                    ledger.Record(new LedgerEvent.Finished(delivery.Id, reason));
                    LogGivenUp(delivery.Id, delivery.Target, reason);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // the end
        }
    }

    private async Task ServeAsync(IDeliverer deliverer, CancellationToken cancellation)
    {
        await Task.Yield();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var changed = ledger.ChangedAsync();
                var now = time.GetUtcNow();
                if (ledger.Ask(book => book.Next(deliverer.Target, now)) is { } delivery)
                    await DeliverAsync(deliverer, delivery, cancellation);
                else
                    await WaitAsync(deliverer.Target, changed, now, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WaitAsync(string target, Task changed, DateTimeOffset now, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var left = ledger.Ask(book => book.NextDue(target, now)) - time.GetUtcNow() ?? LongestWait;
        var wait = TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, LongestWait.Ticks));
        await Task.WhenAny(changed, Task.Delay(wait, time, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task DeliverAsync(IDeliverer deliverer, Delivery delivery, CancellationToken cancellation)
    {
        DeliveryAttempt attempt;
        await ledger.FlushAsync(); // what queued it: a loss of power must not have it queued, and sent, twice
        try
        {
            attempt = await deliverer.DeliverAsync(delivery, () => IsOvertaken(delivery), cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogUnforeseen(failure, delivery.Id);
            attempt = new DeliveryAttempt.Failed($"unforeseen: {failure.GetType().Name}");
        }

        var now = time.GetUtcNow();
        switch (attempt)
        {
            case DeliveryAttempt.Done:
                ledger.Record(new LedgerEvent.Finished(delivery.Id, null));
                LogDone(delivery.Id, delivery.Target, delivery.Names.Count);
                break;
            case DeliveryAttempt.Asked:
                LogAsked(delivery.Id, delivery.Target);
                break;
            case DeliveryAttempt.Failed failed when backoff.IsOver(delivery.QueuedAt, now):
                ledger.Record(new LedgerEvent.Finished(delivery.Id, failed.Reason));
                LogGivenUp(delivery.Id, delivery.Target, failed.Reason);
                break;
            case DeliveryAttempt.Failed failed:
                var next = backoff.Next(delivery.Attempts + 1, now, chance());
                ledger.Record(new LedgerEvent.Postponed(delivery.Id, delivery.Attempts + 1, next, failed.Reason));
                LogPostponed(delivery.Id, delivery.Target, next, failed.Reason);
                break;
        }

        await ledger.FlushAsync();
    }

    private bool IsOvertaken(Delivery delivery) => ledger.Ask(book => book.HasToWait(delivery.Target, delivery.Priority, time.GetUtcNow()));

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {Delivery} to {Target} is done: {Count} instances")]
    private partial void LogDone(long delivery, string target, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {Delivery} to {Target} is stored; the target is asked to commit itself to it")]
    private partial void LogAsked(long delivery, string target);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Delivery} to {Target} failed and is tried again at {Next}: {Reason}")]
    private partial void LogPostponed(long delivery, string target, DateTimeOffset next, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} to {Target} is given up: {Reason}")]
    private partial void LogGivenUp(long delivery, string target, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} met what nobody foresaw")]
    private partial void LogUnforeseen(Exception failure, long delivery);
}
