using System.Text.Json;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Tracing;

/// <summary>A line of the ledger that is about a study, as it stands there.</summary>
/// <param name="Number">Its number.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Event">What kind it is.</param>
/// <param name="What">What had happened, with its evidence.</param>
internal sealed record TraceLine(long Number, DateTimeOffset At, string Event, JsonElement What)
{
    /// <summary>The line.</summary>
    public static TraceLine Of(LedgerLine line)
    {
        var what = line.WhatAsJson();
        return new TraceLine(line.Number, line.At, what.GetProperty("event").GetString()!, what);
    }
}
