namespace Gateway.Service.Ledgers;

/// <summary>How urgent images are. The order is the order of the queue.</summary>
internal enum Priority
{
    /// <summary>Overtakes everything else at the next boundary between two parts, and waits for no timer.</summary>
    Emergency,

    /// <summary>As they come.</summary>
    Normal,

    /// <summary>Waits behind everything else.</summary>
    Bulk,
}
