namespace Gateway.Service.Health;

/// <summary>How it stands with what goes to partners and comes from them by mail.</summary>
/// <param name="Servers">The network's mail servers; none where mail goes by a folder.</param>
/// <param name="Certificate">For how long the network will know this site; null where it needs no certificate.</param>
/// <param name="OwnKeyUntil">From when on no key of this gateway can sign, UTC; null where that is not foreseen.</param>
/// <param name="Inbox">Mail that was fetched and is not opened yet.</param>
/// <param name="SetAside">How many mails and documents cannot be used and wait for a person.</param>
/// <param name="Unconfirmed">Messages whose arrival is not known and should be by now.</param>
/// <param name="Partners">The partners.</param>
internal sealed record MailHealth(
    IReadOnlyList<MailServerHealth> Servers, CertificateHealth? Certificate, DateTimeOffset? OwnKeyUntil, WaitingHealth Inbox, int SetAside, IReadOnlyList<UnconfirmedHealth> Unconfirmed,
    IReadOnlyList<PartnerHealth> Partners);

/// <summary>A mail server of the network.</summary>
/// <param name="Host">The server.</param>
/// <param name="SendingProblem">What was wrong when it was last sent to; null where nothing was.</param>
/// <param name="FetchingProblem">Why its mailbox could not be asked the last time; null where it could.</param>
/// <param name="FetchedAt">When its mailbox could last be asked, UTC; null before the first time since the start.</param>
/// <param name="CertificateUntil">When the certificate ends that it showed last, UTC; null before it showed one.</param>
/// <param name="IsDistrusted">Whether that certificate is not of the network (NET-4): the problems name whose it is.</param>
internal sealed record MailServerHealth(
    string Host, string? SendingProblem, string? FetchingProblem, DateTimeOffset? FetchedAt, DateTimeOffset? CertificateUntil, bool IsDistrusted);

/// <summary>For how long the network will know this site, with what is installed.</summary>
/// <param name="HasAny">Whether there is a certificate whose key can be used.</param>
/// <param name="IsValid">Whether one counts now.</param>
/// <param name="Until">Until when one does without a gap, UTC.</param>
internal sealed record CertificateHealth(bool HasAny, bool IsValid, DateTimeOffset Until);

/// <summary>What waits.</summary>
/// <param name="Count">How many.</param>
/// <param name="Oldest">Since when the oldest does, UTC; null where nothing does.</param>
internal sealed record WaitingHealth(int Count, DateTimeOffset? Oldest);

/// <summary>Messages whose arrival is not known: the time for the answer is over, or the partner never confirms.</summary>
/// <param name="Priority">How urgent they are.</param>
/// <param name="Messages">How many, of the last 30 days.</param>
/// <param name="Oldest">When the oldest came into that state, UTC.</param>
internal sealed record UnconfirmedHealth(string Priority, int Messages, DateTimeOffset Oldest);

/// <summary>A partner.</summary>
/// <param name="Partner">Its id.</param>
/// <param name="ProvedAt">When it last signed that it has images, UTC; null where it never did.</param>
/// <param name="Confirms">Whether it ever will.</param>
/// <param name="KeyUntil">From when on it has no key that can be written to, UTC; null where that is not foreseen.</param>
internal sealed record PartnerHealth(string Partner, DateTimeOffset? ProvedAt, bool Confirms, DateTimeOffset? KeyUntil);
