using Gateway.DicomMail.Receipts;

namespace Gateway.Service.Ledgers;

/// <summary>A message to a partner, as far as the ledger knows.</summary>
/// <param name="Set">The set.</param>
/// <param name="Part">Its number in it.</param>
/// <param name="Total">How many messages the set has.</param>
/// <param name="Delivery">The delivery that it was sent for, last.</param>
/// <param name="Target">The partner.</param>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Study">The study instance UID.</param>
/// <param name="Names">Its instances.</param>
/// <param name="State">Where it stands.</param>
/// <param name="At">Since when.</param>
/// <param name="Times">How often a mail server has taken it over.</param>
internal sealed record SentMessage(
    string Set, int Part, int Total, long Delivery, string Target, Priority Priority, string Study, IReadOnlyList<string> Names, MailState State, DateTimeOffset At, int Times)
{
    /// <summary>Whether its images must be kept, because it may have to be sent again.</summary>
    public bool IsOpen => State is MailState.Packed or MailState.Accepted or MailState.Overdue or MailState.Bounced;

    /// <summary>The message after a line of the ledger: a state never moves back.</summary>
    public SentMessage After(LedgerEvent what, DateTimeOffset at) => what switch
    {
        LedgerEvent.Accepted when State is MailState.Acknowledged or MailState.Stored => this with { Times = Times + 1 },
        LedgerEvent.Accepted accepted => this with { State = accepted.Confirms ? MailState.Accepted : MailState.SentUnconfirmed, At = at, Times = Times + 1 },
        LedgerEvent.Acknowledged answer => To(StateOf(answer), at),
        LedgerEvent.Bounced { IsFinal: true } => To(MailState.Bounced, at),
        LedgerEvent.Overdue => To(MailState.Overdue, at),
        _ => this,
    };

    private static MailState StateOf(LedgerEvent.Acknowledged answer) => answer.Verdict switch
    {
        ReceiptVerdict.NotAccepted => MailState.Dead,
        ReceiptVerdict.SendAgain => MailState.Overdue,
        _ => answer.IsStored ? MailState.Stored : MailState.Acknowledged,
    };

    // What is proved is not made less by what comes later.
    private SentMessage To(MailState state, DateTimeOffset at) =>
        State == MailState.Stored || (State == MailState.Acknowledged && state != MailState.Stored) ? this : this with { State = state, At = at };
}
