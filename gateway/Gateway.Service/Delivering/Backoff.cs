namespace Gateway.Service.Delivering;

/// <summary>
/// When a failed delivery is tried again: twice as long after each failure, up to a cap, and up to a fifth earlier by chance, so that a
/// target that comes back is not met by everything at once. It has an end.
/// </summary>
/// <param name="First">The wait after the first failure.</param>
/// <param name="Longest">The longest wait.</param>
/// <param name="GiveUp">How long after it was queued a delivery is given up.</param>
internal sealed record Backoff(TimeSpan First, TimeSpan Longest, TimeSpan GiveUp)
{
    private const int MostDoublings = 30;
    private const double Chance = 0.2;

    /// <summary>When the next attempt is due.</summary>
    /// <param name="attempts">How many have failed, from 1.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">From 0 to 1.</param>
    public DateTimeOffset Next(int attempts, DateTimeOffset now, double random)
    {
        var wait = First * Math.Pow(2, Math.Min(attempts - 1, MostDoublings));
        return now + ((wait < Longest ? wait : Longest) * (1 - (Chance * random)));
    }

    /// <summary>Whether a delivery that was queued then is given up.</summary>
    public bool IsOver(DateTimeOffset queuedAt, DateTimeOffset now) => now - queuedAt >= GiveUp;
}
