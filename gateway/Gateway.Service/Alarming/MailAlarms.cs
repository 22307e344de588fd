using Gateway.DicomMail.Receipts;
using Gateway.Service.Ledgers;
using Gateway.Service.Watching;

namespace Gateway.Service.Alarming;

/// <summary>What is an alarm of what happens with partners: an answer that does not come, an emergency whose arrival nobody will know, mail and documents that cannot be used, a set that stays incomplete.</summary>
internal sealed class MailAlarms(Ledger ledger, AlarmBoard board) : ILedgerWatcher
{
    private const string Mail = "mail";

    private readonly Dictionary<(AlarmKind Kind, string Subject), int> counts = [];

    public void Take(LedgerLine line, string? target)
    {
        switch (line.What)
        {
            case LedgerEvent.Overdue overdue:
                Count(AlarmKind.AnswerOverdue, TargetOf(overdue.Set, overdue.Part), 1);
                break;
            case LedgerEvent.Accepted { Confirms: false } accepted when ledger.AskMail(book => book.Find(accepted.Set, accepted.Part)) is { Priority: Priority.Emergency } message:
                Count(AlarmKind.EmergencyUnconfirmed, message.Target, 1);
                break;
            case LedgerEvent.Acknowledged { Verdict: ReceiptVerdict.AcceptedWithWarning } warned:
                Count(AlarmKind.RefusedThere, TargetOf(warned.Set, warned.Part), 1);
                break;
            case LedgerEvent.Returned returned:
                Count(AlarmKind.DeadLetter, returned.Target, returned.Names.Count);
                break;
            case LedgerEvent.Incomplete incomplete:
                Count(AlarmKind.SetIncomplete, incomplete.Partner, incomplete.Missing.Count);
                break;
            case LedgerEvent.Opened { Unusable: > 0 } opened:
                Count(AlarmKind.ImagesUnusable, opened.Partner, opened.Unusable);
                break;
            case LedgerEvent.Waits:
                Count(AlarmKind.MailWaits, Mail, 1);
                break;
            case LedgerEvent.DocumentSetAside aside:
                Count(aside.IsInfected ? AlarmKind.DocumentInfected : AlarmKind.DocumentSetAside, aside.Partner, 1);
                break;
            case LedgerEvent.Discarded:
                Count(AlarmKind.MailUnusable, Mail, 1);
                break;
        }
    }

    public void Look()
    {
        foreach (var ((kind, subject), count) in counts)
            board.Raise(kind, subject, Text(kind, subject, count));
        counts.Clear();
    }

    private static string Text(AlarmKind kind, string subject, int count) =>
        kind == AlarmKind.AnswerOverdue ? $"{subject} has not answered for {Messages(count)} within its time: whether the images arrived is not known."
        : kind == AlarmKind.EmergencyUnconfirmed ? $"{Messages(count)} of an emergency went to {subject}, who never confirms: call there."
        : kind == AlarmKind.RefusedThere ? $"{subject} has {Messages(count)}, and its PACS refused some of the images."
        : kind == AlarmKind.SetIncomplete ? $"{Messages(count)} of a study from {subject} never came. What came is at its targets: call there."
        : kind == AlarmKind.ImagesUnusable ? $"{(count == 1 ? "An object" : $"{count} objects")} in mail of {subject} cannot be taken. The mail lies aside; the log says why. The others are at their targets: call there."
        : kind == AlarmKind.MailWaits ? $"{(count == 1 ? "A mail waits" : "Mails wait")} to be opened: the disk has no room for what is in it without the reserve for emergencies. It is opened when there is room."
        : kind == AlarmKind.DocumentInfected ? $"{Documents(count)} infected and not handed on: {subject} sent it. Call there."
        : kind == AlarmKind.DocumentSetAside ? $"{Documents(count)} not handed on and kept aside: {subject} sent it. The log says why."
        : kind == AlarmKind.DeadLetter ? $"{(count == 1 ? "An image" : $"{count} images")} for {subject} came back or were not accepted. The dead letters say which and why."
        : $"{(count == 1 ? "A mail" : $"{count} mails")} cannot be used and lie aside. The log says which and why.";

    private static string Documents(int count) => count == 1 ? "A document is" : $"{count} documents are";

    private static string Messages(int count) => count == 1 ? "a message" : $"{count} messages";

    private string TargetOf(string set, int part) => ledger.AskMail(book => book.Find(set, part))?.Target ?? Mail;

    private void Count(AlarmKind kind, string subject, int more) => counts[(kind, subject)] = counts.GetValueOrDefault((kind, subject)) + more;
}
