using Gateway.Service.Continuity;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;

namespace Gateway.Service.Asking;

/// <summary>What gwctl asks of the service where the machine was set back: whether sending is paused, what there is to compare, and that it goes on.</summary>
internal static class SendingApi
{
    /// <summary>Adds it to the loopback API.</summary>
    public static void MapSendingApi(this RouteGroupBuilder api)
    {
        api.MapGet("/sending", (Ledger ledger) => SendingState.Of(ledger.Ask(book => book.Pause)));
        api.MapGet("/sending/comparison", async (Spool spool, Ledger ledger, Dialect dialect, CancellationToken cancellation) => new SendingComparison(
            SendingState.Of(ledger.Ask(book => book.Pause)), await Comparison.OfAsync(spool, ledger, dialect, cancellation),
            ledger.Ask(book => book.Deliveries.Select(QueueEntry.Of).ToList())));
        api.MapPost("/sending/resume", ResumeAsync);
    }

    private static async Task<IResult> ResumeAsync(string by, Ledger ledger)
    {
        if (ledger.Ask(book => book.Pause) is null)
            return Results.NotFound();
        ledger.Record(new LedgerEvent.Resumed(by));
        await ledger.FlushAsync();
        return Results.Json(new SendingResumed(by, ledger.Ask(book => book.Deliveries.Count())));
    }
}

/// <summary>Whether sending is paused.</summary>
/// <param name="IsPaused">Whether it is.</param>
/// <param name="Since">Since when, UTC; null where it is not.</param>
/// <param name="Because">Why; null where it is not.</param>
internal sealed record SendingState(bool IsPaused, DateTimeOffset? Since, string? Because)
{
    public static SendingState Of(SendingPause? pause) => new(pause is not null, pause?.Since, pause?.Because);
}

/// <summary>What there is to compare before sending goes on.</summary>
/// <param name="Sending">Whether it is paused.</param>
/// <param name="Comparison">Spool, ledger and index held against each other.</param>
/// <param name="Deliveries">What the ledger does not know to be delivered; it may have been, before the machine was set back.</param>
internal sealed record SendingComparison(SendingState Sending, Comparison Comparison, IReadOnlyList<QueueEntry> Deliveries);

/// <summary>Sending goes on.</summary>
/// <param name="By">Who reconciled.</param>
/// <param name="Deliveries">How many deliveries are sent now.</param>
internal sealed record SendingResumed(string By, int Deliveries);
