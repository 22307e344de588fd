namespace Gateway.DicomMail.Transport;

/// <summary>A mailbox that mail is fetched from: an account on one server, or a folder. One poll at a time.</summary>
public interface IMailbox
{
    /// <summary>The server and account, or the folder: with a mail's id it is the key under which the mail is known.</summary>
    string Name { get; }

    /// <summary>The server that it is on; null for a folder.</summary>
    string? Host { get; }

    /// <summary>Fetches what is there. A mail is removed from the mailbox only after <paramref name="keep"/> has returned.</summary>
    /// <param name="keep">Keeps one mail durably, or knows that it was kept before; what it throws ends the poll and leaves the mail where it is.</param>
    /// <param name="cancellation">Ends the poll; what was kept stays kept.</param>
    /// <returns>How many mails were kept.</returns>
    /// <exception cref="MailboxException">The mailbox cannot be asked.</exception>
    Task<int> PollAsync(Func<WaitingMail, CancellationToken, Task> keep, CancellationToken cancellation);
}
