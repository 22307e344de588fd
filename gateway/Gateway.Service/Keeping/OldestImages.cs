namespace Gateway.Service.Keeping;

/// <summary>The oldest images that the spool keeps, as the last look found them: what shows whether they are removed in time.</summary>
internal sealed class OldestImages
{
    private volatile Found? found;

    /// <summary>What the last look found; null before the first.</summary>
    public Found? Last => found;

    /// <summary>A look has ended.</summary>
    public void Take(Found look) => found = look;

    /// <summary>What a look found.</summary>
    /// <param name="At">When, UTC.</param>
    /// <param name="Image">When the oldest image was received; null where there is none.</param>
    /// <param name="Delivered">When the oldest of those was received that all their targets have; null where there is none.</param>
    internal sealed record Found(DateTimeOffset At, DateTimeOffset? Image, DateTimeOffset? Delivered);
}
