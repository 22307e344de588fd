using System.Data.Common;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Indexing;

/// <summary>
/// Keeps the database at what the ledger says: reads it from where the database is, for as long as the service runs. A database that is
/// away is waited for, and nothing else waits with it; one that is damaged is laid aside and made anew.
/// </summary>
internal sealed partial class Indexer(Dialect dialect, Ledger ledger, RecentHeaders headers, IndexCondition condition, IndexRebuild rebuild, TimeProvider time, ILogger<Indexer> log)
    : BackgroundService
{
    private const int MostLines = 500;

    // A commit for each image would take the disk from the images.
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan BeforeTheNextTry = TimeSpan.FromSeconds(2);

    private readonly IndexWriter writer = new(dialect, headers.Of);
    private bool isDamaged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                await MeetAsync(failure, stoppingToken);
            }
        }
    }

    // Whatever it is: images are received and sent without a database.
    private async Task MeetAsync(Exception failure, CancellationToken cancellation)
    {
        try
        {
            if (failure is DbException known && dialect.IsDamage(known))
            {
                isDamaged = true;
                LogDamaged(failure, dialect.LayAside(time.GetUtcNow()));
            }
            else if (condition.Away())
            {
                LogAway(failure);
            }
        }
        catch (Exception another) when (another is IOException or UnauthorizedAccessException)
        {
            LogAway(another); // it cannot be laid aside while somebody reads it
        }

        await Task.Delay(BeforeTheNextTry, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        await using var connection = await dialect.OpenAsync(cancellation);
        if (isDamaged)
            await IndexRebuild.EmptyAsync(connection, dialect, time, cancellation);
        isDamaged = false;
        await Migrations.RunAsync(connection, dialect, time, cancellation);
        var at = await IndexWriter.ProgressAsync(connection);
        if (rebuild.Take() || at > ledger.File.WrittenTo)
        {
            await IndexRebuild.EmptyAsync(connection, dialect, time, cancellation); // somebody wants it, or it is of another ledger
            at = 0;
        }

        var follower = ledger.File.FollowAfter(at);
        while (true)
        {
            while (follower.Next(MostLines) is { Count: > 0 } lines)
            {
                await ledger.FlushAsync().WaitAsync(cancellation); // what a loss of power takes from the ledger the database must not have
                await writer.ApplyAsync(connection, lines, cancellation);
                condition.At(follower.Number);
            }

            if (condition.IsBack())
                LogBack(follower.Number);
            await Task.WhenAny(ledger.File.WrittenAfterAsync(follower.Number), rebuild.WantedAsync()).WaitAsync(cancellation);
            if (rebuild.WantedAsync().IsCompleted)
                return; // and is called again
            await Task.Delay(BetweenBatches, time, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database is damaged; it is laid aside as {Where}, and made anew from the ledger and the spool")]
    private partial void LogDamaged(Exception failure, string where);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database is away. Images are received and sent without it; it is caught up when it is back")]
    private partial void LogAway(Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is at line {Line} of the ledger")]
    private partial void LogBack(long line);
}
