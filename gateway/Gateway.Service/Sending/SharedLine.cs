using Gateway.Service.Ledgers;

namespace Gateway.Service.Sending;

/// <summary>
/// All partners are reached over one line of the site: while an emergency is due for one of them, no message that is none is begun for
/// another.
/// </summary>
internal sealed class SharedLine(IReadOnlyList<string> partners, Ledger ledger, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Ends when the line is free for a message of that urgency.</summary>
    /// <param name="priority">How urgent the message is.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task WaitAsync(Priority priority, CancellationToken cancellation)
    {
        while (priority != Priority.Emergency)
        {
            var changed = ledger.ChangedAsync();
            var now = time.GetUtcNow();
            if (!ledger.Ask(book => partners.Any(partner => book.HasEmergency(partner, now))))
                return;
            await Task.WhenAny(changed, Task.Delay(LongestWait, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
