using Gateway.Service.Ledgers;

namespace Gateway.Service.Watching;

/// <summary>Follows the ledger from where it was at the start, and has a look once a second.</summary>
internal sealed partial class LedgerWatch(Ledger ledger, IEnumerable<ILedgerWatcher> watchers, TimeProvider time, ILogger<LedgerWatch> log) : BackgroundService
{
    private const int MostLines = 1000;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, string> targets = ledger.Ask(book => book.Deliveries.ToDictionary(delivery => delivery.Id, delivery => delivery.Target));
    private readonly LedgerFollower follower = ledger.File.FollowAfter(ledger.File.WrittenTo);

    /// <summary>Tells what was written since the last time.</summary>
    public void Catch()
    {
        while (follower.Number < ledger.File.WrittenTo && follower.Next(MostLines) is { Count: > 0 } lines)
        {
            foreach (var line in lines)
            {
                var target = TargetOf(line);
                foreach (var watcher in watchers)
                    watcher.Take(line, target);
            }
        }

        foreach (var watcher in watchers)
            watcher.Look();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                try
                {
                    Catch();
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    LogFailed(failure);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the end
        }
    }

    private string? TargetOf(LedgerLine line)
    {
        switch (line.What)
        {
            case LedgerEvent.Queued queued:
                return targets[line.Number] = queued.Target;
            case LedgerEvent.Stored stored:
                return targets.GetValueOrDefault(stored.Delivery);
            case LedgerEvent.Refused refused:
                return targets.GetValueOrDefault(refused.Delivery);
            case LedgerEvent.Postponed postponed:
                return targets.GetValueOrDefault(postponed.Delivery);
            case LedgerEvent.Committed committed:
                return targets.GetValueOrDefault(committed.Delivery);
            case LedgerEvent.CommitmentOverdue overdue:
                return targets.GetValueOrDefault(overdue.Delivery);
            case LedgerEvent.Finished finished:
                targets.Remove(finished.Delivery, out var target);
                return target;
            default:
                return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger could not be read; it is tried again")]
    private partial void LogFailed(Exception failure);
}
