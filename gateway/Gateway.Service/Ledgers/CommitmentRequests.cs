namespace Gateway.Service.Ledgers;

/// <summary>What peers have asked the gateway to commit itself to (PS3.4 annex J) and were not told about yet, as lines of the ledger add up to.</summary>
internal sealed class CommitmentRequests
{
    private readonly SortedDictionary<long, CommitmentTask> open = [];

    /// <summary>The requests that are open, the oldest first.</summary>
    public IEnumerable<CommitmentTask> Open => open.Values;

    /// <summary>Takes a line in.</summary>
    public void Apply(LedgerLine line)
    {
        if (line.What is LedgerEvent.CommitmentRequested asked)
            open[line.Number] = new CommitmentTask(line.Number, asked, line.At);
        else if (line.What is LedgerEvent.CommitmentReported reported)
            open.Remove(reported.Request);
    }
}

/// <summary>A request of a peer.</summary>
/// <param name="Id">The number of the line that says so.</param>
/// <param name="Asked">What was asked, and by whom.</param>
/// <param name="At">When.</param>
internal sealed record CommitmentTask(long Id, LedgerEvent.CommitmentRequested Asked, DateTimeOffset At);
