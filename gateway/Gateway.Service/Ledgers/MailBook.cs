using Gateway.DicomMail.Partners;
using Gateway.DicomMail.Receipts;

namespace Gateway.Service.Ledgers;

/// <summary>
/// What the lines of the ledger add up to for mail: where each message to a partner stands, and what partners have sent. Like
/// <see cref="DeliveryBook"/> it is changed by lines alone. Not safe for several threads; <see cref="Ledger"/> is.
/// </summary>
internal sealed class MailBook
{
    private readonly Dictionary<long, LedgerEvent.Queued> queued = [];
    private readonly Dictionary<(string Set, int Part), SentMessage> sent = [];
    private readonly Dictionary<(string Partner, string Set), ReceivedSet> received = [];
    private readonly Dictionary<string, DocumentState> documents = [];
    private readonly HashSet<(string Mailbox, string Id, string Head)> fetched = [];
    private readonly HashSet<string> receipts = [];
    private readonly Dictionary<string, LineCheck> checks = [];
    private readonly HashSet<string> synthetic = [];
    private readonly Dictionary<string, DateTimeOffset> proofs = [];

    /// <summary>The messages to partners whose end is not proved.</summary>
    public IEnumerable<SentMessage> Open => sent.Values.Where(message => message.IsOpen);

    /// <summary>The messages to partners.</summary>
    public IEnumerable<SentMessage> Sent => sent.Values;

    /// <summary>The sets that partners send.</summary>
    public IEnumerable<ReceivedSet> Sets => received.Values;

    /// <summary>The documents that partners have sent.</summary>
    public IEnumerable<DocumentState> Documents => documents.Values;

    /// <summary>An image of each study.</summary>
    public StudyImages Images { get; } = new();

    /// <summary>Whether a study is that of a function check: an image of nobody.</summary>
    /// <param name="study">The study instance UID.</param>
    public bool IsCheck(string study) => synthetic.Contains(study);

    /// <summary>The function checks of the lines to partners.</summary>
    public IEnumerable<LineCheck> Checks => checks.Values;

    /// <summary>When each partner last signed that it has images, a function check's among them.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Proofs => proofs;

    /// <summary>A message to a partner; null where there is none.</summary>
    public SentMessage? Find(string set, int part) => sent.GetValueOrDefault((set, part));

    /// <summary>The set of a partner, as far as it has come; null where nothing of it has.</summary>
    public ReceivedSet? SetOf(string partner, string set) => received.GetValueOrDefault((partner, set));

    /// <summary>How far a document has come; null where none of that name was in a message.</summary>
    public DocumentState? FindDocument(string name) => documents.GetValueOrDefault(name);

    /// <summary>Whether a mail of a mailbox was fetched before.</summary>
    public bool IsFetched(string mailbox, string id, string head) => fetched.Contains((mailbox, id, head));

    /// <summary>Whether an answer has come before.</summary>
    public bool HasReceipt(string messageId) => receipts.Contains(messageId);

    /// <summary>The instances that messages hold whose end is not proved: they may have to be sent again.</summary>
    public IEnumerable<string> Unproved() => Open.SelectMany(message => message.Names);

    /// <summary>The instances of the messages that stand so.</summary>
    /// <param name="state">How they stand.</param>
    public HashSet<string> In(MailState state) => [.. sent.Values.Where(message => message.State == state).SelectMany(message => message.Names)];

    /// <summary>Takes a line in.</summary>
    public void Apply(LedgerLine line)
    {
        switch (line.What)
        {
            case LedgerEvent.Received or LedgerEvent.Removed:
                Images.Apply(line);
                break;
            case LedgerEvent.Queued one:
                queued[line.Number] = one;
                if (one.Plan is { } again)
                    Plan(again, line.Number, one, line.At);
                break;
            case LedgerEvent.Finished finished:
                queued.Remove(finished.Delivery);
                break;
            case LedgerEvent.Planned planned when queued.TryGetValue(planned.Delivery, out var delivery):
                Plan(planned.Plan, planned.Delivery, delivery, line.At);
                break;
            case LedgerEvent.Accepted accepted:
                Change(accepted.Set, accepted.Part, accepted, line.At);
                break;
            case LedgerEvent.Checked begun:
                synthetic.Add(begun.Study);
                checks[begun.Partner] = new LineCheck(begun.Partner, begun.Study, line.At, checks.GetValueOrDefault(begun.Partner)?.ProvedAt);
                break;
            case LedgerEvent.Acknowledged answer:
                receipts.Add(answer.Receipt);
                Prove(answer, line.At);
                Change(answer.Set, answer.Part, answer, line.At);
                break;
            case LedgerEvent.Informed { Receipt: { } receipt }:
                receipts.Add(receipt);
                break;
            case LedgerEvent.Bounced bounced:
                Change(bounced.Set, bounced.Part, bounced, line.At);
                break;
            case LedgerEvent.Overdue overdue:
                Change(overdue.Set, overdue.Part, overdue, line.At);
                break;
            case LedgerEvent.Fetched one:
                fetched.Add((one.Mailbox, one.Id, one.Head));
                break;
            case LedgerEvent.Opened opened:
                TakeOpened(opened, line.At);
                break;
            case LedgerEvent.DocumentScanned scanned when documents.TryGetValue(scanned.Document, out var document):
                documents[scanned.Document] = document with { IsScanned = true };
                break;
            case LedgerEvent.DocumentFiled filed when documents.TryGetValue(filed.Document, out var document):
                Close(document with { Instance = filed.Name });
                break;
            case LedgerEvent.DocumentSetAside aside when documents.TryGetValue(aside.Document, out var document):
                Close(document with { IsSetAside = true });
                break;
            case LedgerEvent.Answered answered:
                Answer(answered);
                break;
            case LedgerEvent.Incomplete incomplete when received.TryGetValue((incomplete.Partner, incomplete.Set), out var set):
                received[(incomplete.Partner, incomplete.Set)] = set with { IsGivenUp = true };
                break;
            case LedgerEvent.AskedAgain asked:
                foreach (var (key, one) in SetsOf(asked.Set, asked.Partner))
                    received[key] = one with { Asked = one.Asked + 1, LastAt = line.At };
                break;
        }
    }

    // A message that is sent again stands where it stood: what was proved of it stays.
    private void Plan(MessagePlan plan, long number, LedgerEvent.Queued delivery, DateTimeOffset at)
    {
        foreach (var message in plan.Messages)
        {
            var key = (plan.Set, message.Part);
            sent[key] = sent.TryGetValue(key, out var before)
                ? before with { Delivery = number }
                : new SentMessage(
                    plan.Set, message.Part, plan.Total, number, delivery.Target, delivery.Priority, delivery.Study, message.Names, MailState.Packed, at, Times: 0);
        }
    }

    private void Prove(LedgerEvent.Acknowledged answer, DateTimeOffset at)
    {
        if (answer.Verdict is not (ReceiptVerdict.Accepted or ReceiptVerdict.AcceptedWithWarning) || !sent.TryGetValue((answer.Set, answer.Part), out var message))
            return;
        proofs[message.Target] = at;
        if (answer.Verdict == ReceiptVerdict.Accepted && checks.TryGetValue(message.Target, out var check) && check.Study == message.Study)
            checks[message.Target] = check with { ProvedAt = at };
    }

    private void Change(string set, int part, LedgerEvent what, DateTimeOffset at)
    {
        if (sent.TryGetValue((set, part), out var message))
            sent[(set, part)] = message.After(what, at);
    }

    private void TakeOpened(LedgerEvent.Opened opened, DateTimeOffset at)
    {
        var key = (opened.Partner, opened.Set);
        var set = received.GetValueOrDefault(key) ?? new ReceivedSet(opened.Partner, opened.Set, opened.Total, at, new Dictionary<int, ReceivedMessage>(), Asked: 0);
        var messages = new Dictionary<int, ReceivedMessage>(set.Messages)
        {
            [opened.Part] = MessageOf(opened, at),
        };
        received[key] = set with { LastAt = at, Messages = messages };
    }

    // Partners choose the ids of their sets themselves, and two may choose the same.
    private List<KeyValuePair<(string Partner, string Set), ReceivedSet>> SetsOf(string set, string? partner) =>
        [.. received.Where(one => one.Key.Set == set && (partner is null || one.Key.Partner == partner))];

    // A document that comes again is the instance that it became; one that lies aside has another chance.
    private ReceivedMessage MessageOf(LedgerEvent.Opened opened, DateTimeOffset at)
    {
        List<string> names = [.. opened.Names];
        List<string> waiting = [];
        foreach (var (name, study) in opened.Documents ?? [])
        {
            if (documents.TryGetValue(name, out var document) && document.Instance is { } instance)
            {
                names.Add(instance);
                continue;
            }

            waiting.Add(name);
            if (document is not { IsOpen: true })
                documents[name] = new DocumentState(name, study, opened.Partner, at);
        }

        return new ReceivedMessage(
            opened.Part, opened.MessageId, opened.ContentId, names, opened.Unusable, opened.Wants, opened.AnswerTo, IsAnswered: opened.Wants == ReceiptKind.None, waiting);
    }

    private void Close(DocumentState document)
    {
        documents[document.Name] = document;
        foreach (var (key, set) in received.Where(one => one.Value.Messages.Values.Any(message => message.Documents.Contains(document.Name))).ToList())
        {
            received[key] = set with
            {
                Messages = set.Messages.ToDictionary(message => message.Key, message => message.Value.Documents.Contains(document.Name) ? message.Value.Without(document.Name, document.Instance) : message.Value),
            };
        }
    }

    private void Answer(LedgerEvent.Answered answered)
    {
        foreach (var (key, set) in SetsOf(answered.Set, answered.Partner))
        {
            if (set.Messages.TryGetValue(answered.Part, out var message))
                received[key] = set with { Messages = new Dictionary<int, ReceivedMessage>(set.Messages) { [answered.Part] = message with { IsAnswered = true } } };
        }
    }
}
