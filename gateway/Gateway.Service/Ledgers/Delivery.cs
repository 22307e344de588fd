namespace Gateway.Service.Ledgers;

/// <summary>Instances that wait to be sent to a target together, as far as they are not stored or refused yet.</summary>
/// <param name="Id">The number of the line that queued it.</param>
/// <param name="Target">The target's id.</param>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Kind">Why it holds what it holds.</param>
/// <param name="Study">The study instance UID.</param>
/// <param name="Names">What is left of it, in the order in which it was received.</param>
/// <param name="QueuedAt">When it was queued.</param>
/// <param name="Attempts">How many attempts have failed.</param>
/// <param name="NotBefore">When the next attempt is due.</param>
internal sealed record Delivery(
    long Id, string Target, Priority Priority, DeliveryKind Kind, string Study, IReadOnlyList<string> Names, DateTimeOffset QueuedAt, int Attempts,
    DateTimeOffset NotBefore)
{
    /// <summary>What the target has stored and not committed itself to yet, where that is asked of it.</summary>
    public IReadOnlyList<string> Unproved { get; init; } = [];

    /// <summary>The request for commitment that the target has not reported on; null where there is none.</summary>
    public PendingCommitment? Pending { get; init; }

    /// <summary>Why the last report did not prove everything; null where it did, or an attempt has failed since.</summary>
    public string? Uncommitted { get; init; }
}

/// <summary>A target was asked to commit itself.</summary>
/// <param name="Transaction">The transaction UID.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Until">When its report is overdue.</param>
internal sealed record PendingCommitment(string Transaction, DateTimeOffset AskedAt, DateTimeOffset Until)
{
    /// <summary>Whether the report is overdue. A clock that was set back must not make anybody wait for longer.</summary>
    public bool IsOverdue(DateTimeOffset now) => now >= Until || now < AskedAt;
}
