namespace Gateway.Service.Ledgers;

/// <summary>Where a message to a partner stands. It moves forward on proof only.</summary>
internal enum MailState
{
    /// <summary>It is to be packed, or lies packed on the device.</summary>
    Packed,

    /// <summary>A mail server has taken it over.</summary>
    Accepted,

    /// <summary>A mail server has taken it over, and the partner never confirms: whether it arrived is not known, and will not be.</summary>
    SentUnconfirmed,

    /// <summary>The partner's time for its answer is over.</summary>
    Overdue,

    /// <summary>A mail server could not deliver it.</summary>
    Bounced,

    /// <summary>The partner's gateway has signed that it has the images.</summary>
    Acknowledged,

    /// <summary>The partner has signed that its PACS has the images.</summary>
    Stored,

    /// <summary>The partner does not accept it.</summary>
    Dead,
}
