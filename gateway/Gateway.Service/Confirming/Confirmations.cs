using Gateway.DicomMail.Bounces;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.DicomMail.Receipts;
using Gateway.DicomMail.Messages;
using Gateway.Service.Ledgers;
using Gateway.Service.Sending;
using MimeKit;

namespace Gateway.Service.Confirming;

/// <summary>
/// What comes back for messages of ours. A receipt that the partner's key has signed moves the state of the message that it names; one that
/// anybody could have written only informs. Each is kept as evidence. One that comes twice, or answers what was never sent to that partner, changes nothing.
/// The mail leaves the inbox only after the ledger has on the device what it says: killed before, the gateway reads it again. What follows from a receipt
/// stands before the receipt in the ledger, for one that is known is not followed again.
/// </summary>
internal sealed partial class Confirmations(MailFolders folders, Ledger ledger, ILogger<Confirmations> log)
{
    private const int MostTimes = 4;
    private const long LongestReport = 8 << 20; // a server may send the mail back with it

    /// <summary>Takes a receipt that a partner has signed.</summary>
    /// <param name="path">The file of the mail, which becomes evidence.</param>
    /// <param name="receipt">The receipt.</param>
    /// <param name="receiptId">Its Message-ID.</param>
    /// <param name="partner">The partner whose signature it bears.</param>
    /// <param name="signer">The key.</param>
    /// <exception cref="MailException">It answers nothing that was sent to that partner.</exception>
    /// <exception cref="IOException">The volume fails.</exception>
    public async Task TakeSignedAsync(string path, Receipt receipt, string receiptId, Partner partner, Fingerprint signer)
    {
        if (Answered(receipt) is not { } message || message.Target != partner.Id)
            throw new MailException("It is a receipt for a message that was never sent to that partner.");
        if (ledger.AskMail(book => book.HasReceipt(receiptId)))
        {
            Keep(path);
            return;
        }

        FollowUp(receipt, message);
        if (message.State == MailState.Bounced && receipt.Verdict is ReceiptVerdict.Accepted or ReceiptVerdict.AcceptedWithWarning)
            ledger.Record(new LedgerEvent.Recovered(message.Target, message.Names)); // anybody can write a bounce
        var evidence = Path.GetFileName(path);
        var isStored = receipt.Verdict == ReceiptVerdict.Accepted && partner.ReceiptMeans == ReceiptMeaning.Pacs;
        if (receipt.Missing.Count == 0)
            ledger.Record(new LedgerEvent.Acknowledged(message.Set, message.Part, receipt.Verdict, isStored, signer.Value, receiptId, evidence));
        else
            ledger.Record(new LedgerEvent.Informed(message.Set, message.Part, receipt.Verdict, evidence, receiptId));
        await ledger.FlushAsync();
        Keep(path);
        LogAnswered(partner.Id, message.Set, message.Part, receipt.Disposition);
    }

    /// <summary>Takes a report that is not encrypted: a bounce, or a receipt that proves nothing.</summary>
    /// <param name="path">The file of the mail, which becomes evidence.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="MailException">It is about no message of ours.</exception>
    /// <exception cref="IOException">The volume fails.</exception>
    public async Task TakeReportAsync(string path, CancellationToken cancellation)
    {
        var (receipt, bounces) = Read(path, cancellation);
        if (receipt is not null && Answered(receipt) is { } informed)
        {
            ledger.Record(new LedgerEvent.Informed(informed.Set, informed.Part, receipt.Verdict, Path.GetFileName(path)));
            await ledger.FlushAsync();
            Keep(path);
            return;
        }

        var known = bounces.Select(bounce => (bounce, message: MessageAt(MessageIds.Place(bounce.OriginalMessageId)))).Where(one => one.message is not null).ToList();
        if (known.Count == 0)
            throw new MailException("It is a report about no message of ours.");
        foreach (var (bounce, message) in known)
        {
            if (bounce.IsFinal && message! is { IsOpen: true } or { State: MailState.SentUnconfirmed })
                Return(message, $"it came back: {bounce.Status} {bounce.Diagnostic}");
            ledger.Record(new LedgerEvent.Bounced(message!.Set, message.Part, bounce.Status, bounce.Diagnostic, bounce.IsFinal));
            LogBounced(message.Target, message.Set, message.Part, bounce.Status, bounce.IsFinal);
        }

        await ledger.FlushAsync();
        Keep(path);
    }

    private static (Receipt? Receipt, IReadOnlyList<Bounce> Bounces) Read(string path, CancellationToken cancellation)
    {
        if (new FileInfo(path).Length > LongestReport)
            throw new MailException($"It is a report of more than {LongestReport} bytes.");
        try
        {
            using var report = MimeMessage.Load(path, cancellation);
            return (PlainReceipts.Read(report), BounceReader.Read(report));
        }
        catch (FormatException failure)
        {
            throw new MailException("It is a report that cannot be read.", failure);
        }
    }

    private void FollowUp(Receipt receipt, SentMessage message)
    {
        if (receipt.Missing.Count > 0)
        {
            foreach (var part in receipt.Missing)
            {
                if (ledger.AskMail(book => book.Find(message.Set, part)) is { IsOpen: true } missing)
                    SendAgain(missing);
            }
        }
        else if (receipt.Verdict == ReceiptVerdict.SendAgain && message.IsOpen)
        {
            SendAgain(message);
        }
        else if (receipt.Verdict == ReceiptVerdict.NotAccepted && message.IsOpen)
        {
            Return(message, "the partner does not accept it, and does not want it again");
        }
    }

    // As the same message of the same set, so that it arrives once however often it comes.
    private void SendAgain(SentMessage message)
    {
        if (message.Times >= MostTimes)
            Return(message, $"it was sent {message.Times} times, and the partner cannot use it");
        else if (message.State != MailState.Packed)
            ledger.Record(new LedgerEvent.Queued(
                message.Target, message.Priority, DeliveryKind.Resend, message.Study, message.Names, new MessagePlan(message.Set, message.Total, [new PlannedMessage(message.Part, message.Names)])));
    }

    private void Return(SentMessage message, string reason) =>
        ledger.Record(new LedgerEvent.Returned(message.Delivery, message.Target, message.Priority, message.Study, message.Names, reason));

    private SentMessage? Answered(Receipt receipt)
    {
        var (message, content) = (MessageIds.Place(receipt.OriginalMessageId), MessageIds.Place(receipt.OriginalContentId));
        if (message is not null && content is not null && message != content)
            throw new MailException("It is a receipt for a message that names the content of another.");
        return MessageAt(message ?? content);
    }

    private SentMessage? MessageAt((string Set, int Part)? place) => place is { } at ? ledger.AskMail(book => book.Find(at.Set, at.Part)) : null;

    private void Keep(string path) => File.Move(path, Path.Combine(folders.Evidence, Path.GetFileName(path)), overwrite: true);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partner} answers for message {Part} of set {Set}: {Disposition}")]
    private partial void LogAnswered(string partner, string set, int part, string disposition);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Part} of set {Set} to {Partner} came back with {Status}; final: {IsFinal}")]
    private partial void LogBounced(string partner, string set, int part, string status, bool isFinal);
}
