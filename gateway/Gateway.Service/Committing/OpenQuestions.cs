using System.Collections.Concurrent;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Committing;

/// <summary>
/// The associations on which targets were asked to commit themselves, as long as the report may come on them: for a moment, since a target
/// has few associations to give. The report may as well come on another one, later.
/// </summary>
internal sealed class OpenQuestions(Ledger ledger, TimeProvider time) : IHostedService, IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, Task> open = [];

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await Task.WhenAll(open.Values);
    }

    public void Dispose() => stopping.Dispose();

    /// <summary>Listens on an association, which belongs to this from now on.</summary>
    /// <param name="user">The association.</param>
    /// <param name="delivery">The delivery that it is about.</param>
    /// <param name="transaction">The request's transaction UID.</param>
    public void Listen(CommitmentUser user, long delivery, string transaction)
    {
        var listening = Task.Run(() => ListenAsync(user, delivery, transaction));
        open[transaction] = listening;
        _ = listening.ContinueWith(_ => open.TryRemove(transaction, out var _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task ListenAsync(CommitmentUser user, long delivery, string transaction)
    {
        await using (user)
        {
            try
            {
                var report = user.ListenAsync(CancellationToken.None);
                await Task.WhenAny(report, WaitAsync(delivery, transaction));
                if (!report.IsCompleted)
                    await user.EndListeningAsync(CancellationToken.None);
                if (await report)
                    await user.ReleaseAsync(CancellationToken.None);
            }
            catch (Exception ended) when (ended is AssociationException or InvalidOperationException)
            {
                // a report that was taken is in the ledger, and any other may come on another association
            }
        }
    }

    // Until the report has come on another association, or has had its time.
    private async Task WaitAsync(long delivery, string transaction)
    {
        try
        {
            var over = Task.Delay(Moment, time, stopping.Token);
            while (!over.IsCompleted)
            {
                var changed = ledger.ChangedAsync();
                if (ledger.Ask(book => book.Find(delivery)?.Pending?.Transaction) != transaction)
                    return;
                await Task.WhenAny(over, changed);
            }
        }
        catch (OperationCanceledException)
        {
            // the service stops
        }
    }
}
