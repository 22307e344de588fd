using System.Security.Cryptography;

namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>How mail goes out.</summary>
/// <param name="Servers">The network's servers, at least one; each takes mail for everybody.</param>
/// <param name="Trust">Who they are, and who this site is.</param>
public sealed record SmtpRelaySettings(IReadOnlyList<MailServer> Servers, NetworkTrust Trust)
{
    /// <summary>The server that is asked first, from 0. By chance, so that sites spread over the servers.</summary>
    public int First { get; init; } = RandomNumberGenerator.GetInt32(Servers.Count);

    /// <summary>How many mails are under way at the same time, each on a connection of its own.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>How long a connection is kept for the next mail.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time until there is a connection.</summary>
    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait for a reply, for the next piece of content to be taken, and for the handshake.</summary>
    public TimeSpan ReplyTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest wait for the answer to a whole mail (RFC 5321 section 4.5.3.2.6): to give up early is to send twice.</summary>
    public TimeSpan TakeOverTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a server that failed is left alone; twice as long after each further failure.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time that a server is left alone.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(5);
}
