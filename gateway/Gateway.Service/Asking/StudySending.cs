using Gateway.Dicom.Identifiers;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;
using Gateway.Service.Tracing;

namespace Gateway.Service.Asking;

/// <summary>Sends a study that is here to a target, by hand: one that no route sends it to, or one that has it and is to have it once more.</summary>
internal static class StudySending
{
    /// <summary>Adds it to the application's protected part.</summary>
    public static void MapStudySending(this IEndpointRouteBuilder api) => api.MapPost("/studies/{study}/send", SendAsync);

    private static async Task<IResult> SendAsync(string study, string to, bool urgent, Ledger ledger, Spool spool, Targets targets)
    {
        List<string> ids = [.. targets.Dicom.Select(target => target.Id), .. targets.Partners.Select(target => target.Id)];
        if (!ids.Contains(to))
            return Refusal.Answer("GW7112", to, ids.Count == 0 ? "nothing: this gateway has no targets" : string.Join(", ", ids));
        if (!Uid.TryParse(study, out _))
            return Results.NotFound();
        await ledger.FlushAsync(); // what has just come is read too
        var trace = new StudyTrace(study);
        trace.TakeAll(ledger.File);
        List<string> names = [.. trace.Names.Where(name => SpoolName.Parse(name) is { } parsed && spool.Has(parsed)).Order(StringComparer.Ordinal)];
        if (names.Count == 0)
            return Results.NotFound();
        var line = ledger.Record(new LedgerEvent.Queued(to, urgent ? Priority.Emergency : Priority.Normal, DeliveryKind.Resend, study, names));
        await ledger.FlushAsync();
        return Results.Json(new ResendAnswer(line.Number, names.Count));
    }
}
