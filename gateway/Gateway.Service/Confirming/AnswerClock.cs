using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;

namespace Gateway.Service.Confirming;

/// <summary>Notices when the time that a partner has for its answer is over.</summary>
internal sealed class AnswerClock(Correspondence correspondence, Ledger ledger, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Says so of each message whose answer is overdue now.</summary>
    public void Look()
    {
        var directory = correspondence.Now.Directory;
        var now = time.GetUtcNow();
        var overdue = ledger.AskMail(book => book.Open.Where(message => message.State == MailState.Accepted).ToList())
            .Where(message => directory.Find(message.Target) is { } partner && now - message.At >= partner.ReceiptTime);
        foreach (var message in overdue)
            ledger.Record(new LedgerEvent.Overdue(message.Set, message.Part));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Look();
    }
}
