using Gateway.Service.Configuration;
using Gateway.Service.Continuity;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Spooling;

namespace Gateway.Service.Keeping;

/// <summary>
/// Removes objects: those that all their targets have, after a while, and sooner when the disk is short; and any that is older than the
/// longest time, because the silence of a partner must not fill the disk. That an object goes is on the device before it goes. While sending is
/// paused, and where the clock has just jumped, nothing goes: what was delivered, and how old anything is, is in doubt then.
/// </summary>
internal sealed partial class Retention(
    Spool spool, Ledger ledger, KnownInstances known, DiskRoom room, DiskLimits limits, OldestImages oldest, TimeProvider time, ILogger<Retention> log) : BackgroundService
{
    private const string LongestTime = "longest time";
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Youngest = TimeSpan.FromMinutes(1); // between an image's rename and its line in the ledger nobody knows yet where it goes

    private (DateTimeOffset Wall, long Elapsed) looked = (time.GetUtcNow(), time.GetTimestamp());

    /// <summary>Removes what may go now.</summary>
    /// <returns>How many objects went.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var ((wall, since), elapsed) = (looked, time.GetTimestamp());
        looked = (now, elapsed);
        if (SetBack.WhileRunning(now - wall, time.GetElapsedTime(since, elapsed)) is not null || ledger.Ask(book => book.Pause) is not null)
            return 0;
        var images = spool.ByAge();
        var undelivered = Undelivered(); // asked after the list was made, never before: what came meanwhile would pass for delivered
        var missing = Math.Max(0, limits.EmergencyReserve - room.FreeBytes);
        var removed = new List<(SpoolName Name, string Because)>();
        foreach (var (name, at, bytes) in images)
        {
            var isDelivered = now - at >= Youngest && !undelivered.Contains(name.ToString());
            var because = now - at >= limits.KeepAtMost ? LongestTime
                : isDelivered && now - at >= limits.KeepDelivered ? "delivered"
                : isDelivered && missing > 0 ? "delivered, and the disk is short"
                : null;
            if (because is null)
                continue;
            removed.Add((name, because));
            missing -= bytes;
            if (!isDelivered)
                LogUndelivered(name);
        }

        removed.RemoveAll(one => !Condemn(one.Name, one.Because));
        if (removed.Count == 0)
            return 0;
        await ledger.FlushAsync();
        foreach (var (name, _) in removed)
        {
            cancellation.ThrowIfCancellationRequested();
            spool.RemoveCondemned(name, () => known.Remove(name));
        }

        LogRemoved(removed.Count);
        return removed.Count;
    }

    /// <summary>Looks for the oldest images.</summary>
    public void Look()
    {
        var images = spool.ByAge();
        var undelivered = Undelivered();
        oldest.Take(new OldestImages.Found(
            time.GetUtcNow(), images.Select(image => (DateTimeOffset?)image.At).FirstOrDefault(),
            images.Where(image => !undelivered.Contains(image.Name.ToString())).Select(image => (DateTimeOffset?)image.At).FirstOrDefault()));
    }

    private HashSet<string> Undelivered() => [.. ledger.Ask(book => book.Undelivered()), .. ledger.AskMail(mail => mail.Unproved().ToList())];

    // Somebody may have sent it again since, or have it sent.
    private bool Condemn(SpoolName name, string because) => spool.Condemn(name, () =>
    {
        if (because != LongestTime && ledger.Ask(book => book.IsOwed(name.ToString())))
            return false;
        ledger.Record(new LedgerEvent.Removed(name.ToString(), because));
        return true;
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await AttemptAsync(() =>
        {
            Look();
            return Task.CompletedTask;
        });
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await AttemptAsync(async () =>
            {
                await SweepAsync(stoppingToken);
                Look();
            });
        }
    }

    private async Task AttemptAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} objects were removed")]
    private partial void LogRemoved(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} is older than the longest time and is removed, although not every target has it")]
    private partial void LogUndelivered(SpoolName name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Objects could not be removed; it is tried again")]
    private partial void LogFailed(Exception failure);
}
