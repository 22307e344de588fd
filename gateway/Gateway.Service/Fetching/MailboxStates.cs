using System.Collections.Concurrent;
using Gateway.DicomMail.Transport;

namespace Gateway.Service.Fetching;

/// <summary>How asking each mailbox went last.</summary>
internal sealed class MailboxStates
{
    private readonly ConcurrentDictionary<string, MailboxState> states = [];

    /// <summary>Them, of every mailbox that was asked.</summary>
    public IReadOnlyCollection<MailboxState> All => [.. states.Values];

    /// <summary>A mailbox could be asked.</summary>
    public void Reached(IMailbox mailbox, DateTimeOffset at) => states[mailbox.Name] = new MailboxState(mailbox.Host, at, null);

    /// <summary>A mailbox could not be asked.</summary>
    public void Missed(IMailbox mailbox, string problem) => states[mailbox.Name] = new MailboxState(mailbox.Host, states.GetValueOrDefault(mailbox.Name)?.ReachedAt, problem);
}

/// <summary>How asking a mailbox went last.</summary>
/// <param name="Host">Its server; null for a folder.</param>
/// <param name="ReachedAt">When it could last be asked, UTC; null before the first time since the start.</param>
/// <param name="Problem">Why it could not be asked the last time; null where it could.</param>
internal sealed record MailboxState(string? Host, DateTimeOffset? ReachedAt, string? Problem);
