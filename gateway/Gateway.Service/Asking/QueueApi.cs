using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Tracing;

namespace Gateway.Service.Asking;

/// <summary>
/// What gwctl asks of the service, on loopback: the queue, dead letters, sending them again, making the index anew. The answers hold UIDs
/// and no patient data, and are for whoever shows the token.
/// </summary>
internal static class QueueApi
{
    /// <summary>Adds it to an application.</summary>
    /// <param name="application">The application.</param>
    /// <param name="token">What a caller must show.</param>
    /// <param name="hasMail">Whether partners are reached by mail.</param>
    public static void MapQueueApi(this WebApplication application, ApiToken token, bool hasMail)
    {
        var api = application.MapGroup("/api").AddEndpointFilter(async (context, next) =>
            token.IsShown(context.HttpContext.Request) ? await next(context) : Results.StatusCode(StatusCodes.Status401Unauthorized));
        api.MapGet("/queue", (Ledger ledger) => ledger.Ask(book => book.Deliveries.Select(QueueEntry.Of).ToList()));
        api.MapGet("/dead-letters", (Ledger ledger) => ledger.Ask(book => book.DeadLetters.OrderBy(letter => letter.At).Select(DeadLetterEntry.Of).ToList()));
        api.MapPost("/dead-letters/{delivery:long}/resend", ResendAsync);
        api.MapTrace();
        api.MapStudySending();
        if (hasMail)
            api.MapKeys();
        else
            api.MapNoKeys();
        api.MapPost("/partners/{partner}/check", async (string partner, FunctionCheck check) =>
            await check.SendAsync(partner) is { } study ? Results.Json(new CheckAnswer(study)) : Results.NotFound());
        api.MapPost("/index/rebuild", (IndexRebuild rebuild) =>
        {
            rebuild.Want();
            return Results.Accepted();
        });
        api.MapSendingApi();
    }

    private static async Task<IResult> ResendAsync(long delivery, Ledger ledger)
    {
        var letters = ledger.Ask(book => book.DeadLetters.Where(letter => letter.Delivery == delivery).OrderBy(letter => letter.At).ToList());
        if (letters.Count == 0)
            return Results.NotFound();
        var line = ledger.Record(new LedgerEvent.Queued(letters[0].Target, letters[0].Priority, DeliveryKind.Resend, letters[0].Study, [.. letters.Select(letter => letter.Name)]));
        await ledger.FlushAsync();
        return Results.Json(new ResendAnswer(line.Number, letters.Count));
    }
}

/// <summary>A delivery that waits.</summary>
internal sealed record QueueEntry(
    long Delivery, string Target, string Priority, string Kind, string Study, int Instances, DateTimeOffset QueuedAt, int Attempts, DateTimeOffset NotBefore, int Unproved,
    DateTimeOffset? CommitmentDue)
{
    public static QueueEntry Of(Delivery delivery) => new(
        delivery.Id, delivery.Target, delivery.Priority.ToString().ToLowerInvariant(), delivery.Kind.ToString().ToLowerInvariant(), delivery.Study, delivery.Names.Count,
        delivery.QueuedAt, delivery.Attempts, delivery.NotBefore, delivery.Unproved.Count, delivery.Pending?.Until);
}

/// <summary>An instance that will not be sent again by itself.</summary>
internal sealed record DeadLetterEntry(long Delivery, string Target, string Study, string Name, string Reason, DateTimeOffset At)
{
    public static DeadLetterEntry Of(DeadLetter letter) => new(letter.Delivery, letter.Target, letter.Study, letter.Name, letter.Reason, letter.At);
}

/// <summary>The function check that was begun.</summary>
internal sealed record CheckAnswer(string Study);

/// <summary>What was queued again.</summary>
internal sealed record ResendAnswer(long Delivery, int Instances);
