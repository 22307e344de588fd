using Gateway.Dicom.Identifiers;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Tracing;

/// <summary>Answers whether a study arrived.</summary>
internal static class TraceApi
{
    /// <summary>Adds it to the application's protected part.</summary>
    public static void MapTrace(this IEndpointRouteBuilder api) => api.MapGet("/studies/{study}/trace", (string study, Ledger ledger) =>
    {
        if (!Uid.TryParse(study, out _))
            return Results.NotFound();
        var trace = new StudyTrace(study);
        trace.TakeAll(ledger.File);
        return trace.Lines.Count == 0 ? Results.NotFound() : Results.Json(new TraceAnswer(trace.Study, trace.Images, trace.Arrivals, trace.Lines));
    });
}

/// <summary>A study's trace.</summary>
internal sealed record TraceAnswer(string Study, int Images, IReadOnlyList<Arrival> Arrivals, IReadOnlyList<TraceLine> Lines);
