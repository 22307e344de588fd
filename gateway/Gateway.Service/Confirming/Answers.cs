using Gateway.DicomMail.Messages;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.DicomMail.Receipts;
using Gateway.DicomMail.Transport;
using Gateway.Service.Configuration;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Sending;

namespace Gateway.Service.Confirming;

/// <summary>
/// Answers the messages of partners: once each image and document of one is at every target of this site, or is refused there. So a partner is told
/// <c>accepted</c> only after the PACS has accepted. A set that stays incomplete is answered with what is missing of it.
/// </summary>
internal sealed partial class Answers(
    Correspondence correspondence, MailSettings settings, MailFolders folders, IMailRelay relay, Ledger ledger, TimeProvider time, ILogger<Answers> log) : BackgroundService
{
    private const int MostQuestions = 3;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);

    private readonly Dictionary<(string Partner, string Set, int Part), DateTimeOffset> notBefore = [];

    /// <summary>Answers what can be answered now.</summary>
    public async Task AnswerAllAsync(CancellationToken cancellation)
    {
        if (ledger.Ask(book => book.Pause) is not null)
            return; // what was answered before the machine was set back is not known any more
        var open = ledger.AskMail(book => book.Sets.Where(set => !set.IsDone).ToList());
        if (open.Count == 0)
            return;
        var pending = ledger.Ask(book => book.Pending());
        pending.UnionWith(ledger.AskMail(book => book.In(MailState.Accepted))); // what goes on to another partner is there once that has answered
        var correspondents = correspondence.Now;
        foreach (var set in open)
        {
            if (correspondents.Directory.Find(set.Partner) is not { } partner)
                continue;
            foreach (var message in set.Messages.Values.Where(message => message is { IsAnswered: false, Documents.Count: 0 } && !message.Names.Any(pending.Contains)))
                await AnswerAsync(correspondents, partner, set, message, cancellation);
            if (set is { IsGivenUp: false, Missing: [_, ..] } && time.GetUtcNow() - set.LastAt >= partner.ReceiptTime / 2)
                await AskForMissingAsync(correspondents, partner, set, cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var changed = ledger.ChangedAsync();
                await AnswerAllAsync(stoppingToken);
                await Task.Delay(ShortestWait, time, stoppingToken); // images are stored by the hundred: who looks at each would do nothing else
                await Task.WhenAny(changed, Task.Delay(LongestWait, time, stoppingToken));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OpenPgpException)
            {
                LogFailed(failure);
                await Task.Delay(LongestWait, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(Correspondents correspondents, Partner partner, ReceivedSet set, ReceivedMessage message, CancellationToken cancellation)
    {
        var unanswered = ledger.AskMail(book => book.In(MailState.Overdue));
        var refused = message.Unusable + ledger.Ask(book => message.Names.Count(name => unanswered.Contains(name) || book.IsHomeless(name) || book.IsDead(name)));
        var stored = message.Names.Count + message.Unusable - refused;
        var verdict = refused == 0 ? ReceiptVerdict.Accepted : stored > 0 ? ReceiptVerdict.AcceptedWithWarning : ReceiptVerdict.NotAccepted;
        if (await SendAsync(correspondents, partner, set, message, new Receipt(verdict, message.MessageId, message.ContentId, []), stored, refused, cancellation) is { } accepted)
            ledger.Record(new LedgerEvent.Answered(set.Set, message.Part, verdict, accepted.Server, accepted.Text, partner.Id));
    }

    private async Task AskForMissingAsync(Correspondents correspondents, Partner partner, ReceivedSet set, CancellationToken cancellation)
    {
        var last = set.Messages.Values.MaxBy(message => message.Part)!;
        if (!partner.PartialResend || last.Wants != ReceiptKind.Signed || set.Asked == MostQuestions)
        {
            ledger.Record(new LedgerEvent.Incomplete(set.Set, partner.Id, set.Missing));
            return;
        }

        var receipt = new Receipt(ReceiptVerdict.SendAgain, last.MessageId, last.ContentId, set.Missing);
        if (await SendAsync(correspondents, partner, set, last, receipt, 0, 0, cancellation) is not null)
            ledger.Record(new LedgerEvent.AskedAgain(set.Set, set.Missing, partner.Id));
    }

    private async Task<RelayAnswer.Accepted?> SendAsync(
        Correspondents correspondents, Partner partner, ReceivedSet set, ReceivedMessage message, Receipt receipt, int stored, int refused, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (notBefore.TryGetValue((partner.Id, set.Set, message.Part), out var due) && now < due)
            return null;
        notBefore[(partner.Id, set.Set, message.Part)] = now + AfterFailure;
        var outgoing = new OutgoingReceipt(receipt, OutgoingMessage.NewMessageId(settings.Address), settings.Address, message.AnswerTo, stored, refused, now);
        var path = Path.Combine(folders.Outbox, $"receipt-{Guid.NewGuid():N}.eml");
        if (message.Wants == ReceiptKind.Plain)
        {
            DurableMail.Write(path, to => ReceiptMessage.WritePlain(outgoing, to));
        }
        else
        {
            if (correspondents.SignerAt(now) is not { } signer || correspondents.KeysOf(partner, now) is not [_, ..] keys)
                return null;
            DurableMail.Write(path, to => ReceiptMessage.WriteSigned(outgoing, signer, keys, to));
        }

        var answer = await relay.SendAsync(new Envelope(null, message.AnswerTo), path, cancellation);
        File.Delete(path);
        switch (answer)
        {
            case RelayAnswer.Accepted accepted:
                notBefore.Remove((partner.Id, set.Set, message.Part));
                LogSent(partner.Id, set.Set, message.Part, receipt.Disposition);
                return accepted;
            case RelayAnswer.Refused never:
                LogRefused(partner.Id, set.Set, message.Part, never.Reason);
                return new RelayAnswer.Accepted(never.Server, $"refused: {never.Reason}"); // once more would be answered alike
            case RelayAnswer.Deferred later:
                LogDeferred(partner.Id, set.Set, message.Part, later.Reason);
                return null;
            default:
                return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Message {Part} of set {Set} of {Partner} is answered: {Disposition}")]
    private partial void LogSent(string partner, string set, int part, string disposition);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer for message {Part} of set {Set} of {Partner} is refused: {Reason}")]
    private partial void LogRefused(string partner, string set, int part, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer for message {Part} of set {Set} of {Partner} must wait: {Reason}")]
    private partial void LogDeferred(string partner, string set, int part, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "An answer could not be written; it is tried again")]
    private partial void LogFailed(Exception failure);
}
