namespace Gateway.DicomMail.Transport.Pop3;

/// <summary>An account on a server.</summary>
/// <param name="Server">The server.</param>
/// <param name="Account">The account, an address.</param>
/// <param name="Trust">Who the server is, and who this site is.</param>
public sealed record Pop3MailboxSettings(MailServer Server, string Account, NetworkTrust Trust)
{
    /// <summary>The account's password, for a server that does not let a certificate log in; null for none. It never goes out but encrypted.</summary>
    public string? Password { get; init; }

    /// <summary>Which mails are fetched first, by what <see cref="WaitingMail.Headers"/> say: the smallest number. Those alike are fetched in the server's order.</summary>
    public Func<WaitingMail, int> Rank { get; init; } = _ => 0;

    /// <summary>No further mail is fetched in a poll that has taken as long: what has come meanwhile is seen by the next one alone (RFC 1939 section 3).</summary>
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest time until there is a connection.</summary>
    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest silence.</summary>
    public TimeSpan ReplyTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The slowest that a mail may come, in bytes a second, after a minute: a drip does not hold the mailbox.</summary>
    public int SlowestBytesPerSecond { get; init; } = 20_000;
}
