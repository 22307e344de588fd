namespace Gateway.Service.Ledgers;

/// <summary>
/// What the lines of the ledger add up to: what waits to be complete, and what waits to be sent. It is changed by lines alone, so that a
/// start that reads them again knows what the last run knew, in the same order. Not safe for several threads; <see cref="Ledger"/> is.
/// </summary>
internal sealed class DeliveryBook
{
    /// <summary>How long the line to a target is kept for an emergency after its last image arrived.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    private readonly Dictionary<StudyKey, OpenStudy> studies = [];
    private readonly Dictionary<StudyKey, SentBefore> sent = [];
    private readonly Dictionary<long, Waiting> deliveries = [];
    private readonly Dictionary<string, SortedSet<Waiting>> queues = [];
    private readonly Dictionary<(string Target, string Name), DeadLetter> dead = [];
    private readonly Dictionary<string, DateTimeOffset> emergencies = [];
    private readonly HashSet<string> homeless = [];
    private readonly RoutedInstances routed = new();

    /// <summary>Why nothing is sent; null where it is.</summary>
    public SendingPause? Pause { get; private set; }

    /// <summary>What has arrived of studies and is not queued yet.</summary>
    public IEnumerable<KeyValuePair<StudyKey, OpenStudy>> Studies => studies.Where(study => study.Value.Arrivals.Count > 0);

    /// <summary>What waits to be sent, the most urgent first.</summary>
    public IEnumerable<Delivery> Deliveries => deliveries.Values.Order(InOrder.Instance).Select(waiting => waiting.ToDelivery());

    /// <summary>A delivery that waits to be sent, or null.</summary>
    public Delivery? Find(long id) => deliveries.GetValueOrDefault(id)?.ToDelivery();

    /// <summary>The delivery that a transaction of storage commitment is about, with the instances that were asked about; null where nothing waits for it.</summary>
    public (Delivery Delivery, IReadOnlyList<string> Names)? OfTransaction(string transaction) =>
        deliveries.Values.FirstOrDefault(waiting => waiting.Transactions.ContainsKey(transaction)) is { } found ? (found.ToDelivery(), found.Transactions[transaction]) : null;

    /// <summary>What peers have asked the gateway to commit itself to and were not told about yet.</summary>
    public CommitmentRequests Requests { get; } = new();

    /// <summary>How a delivery is divided into messages; null where it is not yet, or is none to a partner.</summary>
    public MessagePlan? PlanOf(long id) => deliveries.GetValueOrDefault(id)?.Plan;

    /// <summary>What was sent of a study to this destination before; null for nothing.</summary>
    public SentBefore? SentOf(StudyKey key) => sent.GetValueOrDefault(key);

    /// <summary>What will not be sent again unless a person wants it to.</summary>
    public IReadOnlyCollection<DeadLetter> DeadLetters => dead.Values;

    /// <summary>The instances that wait to be complete or to be sent.</summary>
    public HashSet<string> Pending() =>
    [
        .. studies.Values.SelectMany(study => study.Arrivals.Select(arrival => arrival.Name)),
        .. deliveries.Values.SelectMany(delivery => delivery.Names.Concat(delivery.Unproved)),
    ];

    /// <summary>Whether an instance is a dead letter for a target.</summary>
    public bool IsDead(string name) => dead.Keys.Any(letter => letter.Name == name);

    /// <summary>Whether an instance goes nowhere, because no route fits it.</summary>
    public bool IsHomeless(string name) => homeless.Contains(name);

    /// <summary>The instances that a target does not have yet: they wait to be complete or to be sent, or are dead letters.</summary>
    public HashSet<string> Undelivered() =>
    [
        .. Pending(),
        .. dead.Values.Select(letter => letter.Name),
    ];

    /// <summary>Whether a target does not have an instance yet.</summary>
    /// <param name="name">The instance.</param>
    public bool IsOwed(string name) => IsDead(name) || IsWaiting(name, null) || deliveries.Values.Any(delivery => delivery.Unproved.Contains(name));

    /// <summary>Of the destinations of an instance that has come again, those to which it was never to go, or less urgently while it still waits to go there.</summary>
    /// <param name="name">The instance.</param>
    /// <param name="to">Where it would go were it new.</param>
    public IReadOnlyList<Destination> StillWanted(string name, IReadOnlyList<Destination> to) =>
        [.. to.Where(one => routed.Of(name, one.Target) is not { } before || (one.Priority < before && IsWaiting(name, one.Target)))];

    // For a target, or for any.
    private bool IsWaiting(string name, string? target) =>
        studies.Any(study => (target ?? study.Key.Target) == study.Key.Target && study.Value.Arrivals.Any(arrival => arrival.Name == name))
        || deliveries.Values.Any(delivery => (target ?? delivery.Target) == delivery.Target && delivery.Names.Contains(name));

    /// <summary>The most urgent delivery of a target that is due; null where there is none, or sending is paused.</summary>
    /// <param name="target">The target's id.</param>
    /// <param name="now">The time.</param>
    public Delivery? Next(string target, DateTimeOffset now) =>
        Pause is null ? queues.GetValueOrDefault(target)?.FirstOrDefault(waiting => IsDue(waiting, now))?.ToDelivery() : null;

    /// <summary>Whether a delivery of that urgency has to wait: something more urgent is due, an emergency is just arriving, or sending is paused.</summary>
    /// <param name="target">The target's id.</param>
    /// <param name="priority">How urgent the delivery is.</param>
    /// <param name="now">The time.</param>
    public bool HasToWait(string target, Priority priority, DateTimeOffset now) =>
        Pause is not null
        || (priority != Priority.Emergency && IsHeld(target, now))
        || (queues.GetValueOrDefault(target)?.FirstOrDefault(waiting => IsDue(waiting, now)) is { } urgent && urgent.Priority < priority);

    /// <summary>Whether an emergency is due for a target, or is just arriving.</summary>
    /// <param name="target">The target's id.</param>
    /// <param name="now">The time.</param>
    public bool HasEmergency(string target, DateTimeOffset now) =>
        IsHeld(target, now) || queues.GetValueOrDefault(target)?.FirstOrDefault(waiting => IsDue(waiting, now)) is { Priority: Priority.Emergency };

    /// <summary>When the next delivery of a target that is not due yet will be; null where there is none.</summary>
    /// <param name="target">The target's id.</param>
    /// <param name="now">The time.</param>
    public DateTimeOffset? NextDue(string target, DateTimeOffset now) =>
        Pause is null ? queues.GetValueOrDefault(target)?.Where(waiting => !IsDue(waiting, now)).Min(waiting => (DateTimeOffset?)DueAt(waiting, now)) : null;

    /// <summary>Takes a line in.</summary>
    public void Apply(LedgerLine line)
    {
        switch (line.What)
        {
            case LedgerEvent.Received received:
                if (received.To.Count == 0)
                    homeless.Add(received.Name);
                Want(received.Name, received.Study, received.Series, received.To, line.At);
                break;
            case LedgerEvent.CameAgain again:
                homeless.Remove(again.Name);
                Want(again.Name, again.Study, again.Series, again.To, line.At);
                break;
            case LedgerEvent.Opened opened:
                foreach (var study in studies.Values)
                    study.Settle(opened.Names);
                break;
            case LedgerEvent.Queued queued:
                Queue(line, queued);
                break;
            case LedgerEvent.Planned planned when deliveries.TryGetValue(planned.Delivery, out var delivery):
                delivery.Plan = planned.Plan;
                break;
            case LedgerEvent.Accepted accepted when deliveries.TryGetValue(accepted.Delivery, out var delivery):
                foreach (var name in delivery.NamesOf(accepted.Set, accepted.Part))
                    delivery.Done(name);
                break;
            case LedgerEvent.Stored stored:
                deliveries.GetValueOrDefault(stored.Delivery)?.Store(stored.Name, isProved: stored.Awaits is null);
                break;
            case LedgerEvent.Refused refused when deliveries.TryGetValue(refused.Delivery, out var delivery):
                delivery.Done(refused.Name);
                Bury(delivery, refused.Name, $"{refused.Status} {refused.Reason}".Trim(), line.At);
                break;
            case LedgerEvent.Postponed postponed when deliveries.TryGetValue(postponed.Delivery, out var delivery):
                delivery.Postpone(postponed.Attempt, postponed.Until, line.At);
                break;
            case LedgerEvent.CommitmentAsked asked:
                deliveries.GetValueOrDefault(asked.Delivery)?.Ask(asked, line.At);
                break;
            case LedgerEvent.Committed committed:
                deliveries.GetValueOrDefault(committed.Delivery)?.Commit(committed, line.At);
                break;
            case LedgerEvent.CommitmentRequested or LedgerEvent.CommitmentReported:
                Requests.Apply(line);
                break;
            case LedgerEvent.Finished finished when deliveries.Remove(finished.Delivery, out var delivery):
                queues[delivery.Target].Remove(delivery);
                foreach (var name in delivery.Names.Concat(delivery.Unproved))
                    Bury(delivery, name, finished.GivenUp ?? "", line.At);
                break;
            case LedgerEvent.Returned returned:
                foreach (var name in returned.Names)
                    dead[(returned.Target, name)] = new DeadLetter(returned.Delivery, returned.Target, returned.Priority, returned.Study, name, returned.Reason, line.At);
                break;
            case LedgerEvent.Recovered recovered:
                foreach (var name in recovered.Names)
                    dead.Remove((recovered.Target, name));
                break;
            case LedgerEvent.Removed removed:
                homeless.Remove(removed.Name);
                routed.Remove(removed.Name);
                foreach (var letter in dead.Keys.Where(letter => letter.Name == removed.Name).ToList())
                    dead.Remove(letter);
                break;
            case LedgerEvent.Paused paused:
                Pause = new SendingPause(line.At, paused.Because);
                break;
            case LedgerEvent.Resumed:
                Pause = null;
                break;
        }
    }

    // Between two parts of an emergency the line stays free: whatever would be begun there, the next part would wait for.
    private bool IsDue(Waiting waiting, DateTimeOffset now) => waiting.IsDue(now) && (waiting.Priority == Priority.Emergency || !IsHeld(waiting.Target, now));

    private DateTimeOffset DueAt(Waiting waiting, DateTimeOffset now)
    {
        var due = waiting.IsDue(now) ? now : waiting.Pending?.Until ?? waiting.NotBefore;
        return IsHeld(waiting.Target, now) && emergencies[waiting.Target] + Hold is var free && free > due ? free : due;
    }

    // A clock that was set back must not hold anything for longer.
    private bool IsHeld(string target, DateTimeOffset now) => emergencies.TryGetValue(target, out var last) && last <= now && now < last + Hold;

    private void Want(string name, string study, string series, IReadOnlyList<Destination> destinations, DateTimeOffset at)
    {
        routed.Add(name, destinations);
        foreach (var to in destinations)
        {
            Open(new StudyKey(study, to.Target, to.Priority)).Add(name, series, at);
            if (to.Priority == Priority.Emergency)
                emergencies[to.Target] = at;
        }
    }

    private OpenStudy Open(StudyKey key)
    {
        if (!studies.TryGetValue(key, out var study))
            studies[key] = study = new OpenStudy();
        return study;
    }

    private void Queue(LedgerLine line, LedgerEvent.Queued queued)
    {
        var key = new StudyKey(queued.Study, queued.Target, queued.Priority);
        if (queued.Kind != DeliveryKind.Resend)
            Send(key, queued, line.At);
        foreach (var name in queued.Names)
            dead.Remove((queued.Target, name));
        var waiting = new Waiting(line.Number, queued, line.At);
        deliveries[line.Number] = waiting;
        if (!queues.TryGetValue(queued.Target, out var queue))
            queues[queued.Target] = queue = new SortedSet<Waiting>(InOrder.Instance);
        queue.Add(waiting);
    }

    private void Send(StudyKey key, LedgerEvent.Queued queued, DateTimeOffset at)
    {
        var (series, lastAt) = (Array.Empty<string>(), at);
        if (studies.TryGetValue(key, out var study))
        {
            var names = queued.Names.ToHashSet();
            series = [.. study.Arrivals.Where(arrival => names.Contains(arrival.Name)).Select(arrival => arrival.Series)];
            lastAt = study.LastAt;
            study.Remove(names);
            if (study.Arrivals.Count == 0)
                studies.Remove(key);
        }

        if (queued.Kind is DeliveryKind.Part or DeliveryKind.Message)
            return;
        if (!sent.TryGetValue(key, out var before))
            sent[key] = before = new SentBefore();
        before.Add(queued.Kind, series, lastAt);
    }

    private void Bury(Waiting delivery, string name, string reason, DateTimeOffset at) =>
        dead[(delivery.Target, name)] = new DeadLetter(delivery.Id, delivery.Target, delivery.Priority, delivery.Study, name, reason, at);

    private sealed class Waiting(long id, LedgerEvent.Queued queued, DateTimeOffset at)
    {
        private readonly HashSet<string> done = [];
        private readonly HashSet<string> unproved = [];
        private string? uncommitted;

        public long Id => id;

        public string Target => queued.Target;

        public Priority Priority => queued.Priority;

        public string Study => queued.Study;

        public IEnumerable<string> Names => queued.Names.Where(name => !done.Contains(name));

        public IEnumerable<string> Unproved => queued.Names.Where(unproved.Contains);

        public int Attempts { get; private set; }

        public DateTimeOffset QueuedAt { get; } = at;

        public DateTimeOffset NotBefore { get; private set; } = at;

        public PendingCommitment? Pending { get; private set; }

        // Of an earlier request too: its report is as good.
        public Dictionary<string, IReadOnlyList<string>> Transactions => field ??= [];

        public DateTimeOffset PostponedAt { get; private set; }

        // A clock that was set back must hold neither what was never tried nor what was postponed by the clock that was ahead.
        public bool IsDue(DateTimeOffset now) => Pending?.IsOverdue(now) ?? (Attempts == 0 || NotBefore <= now || now < PostponedAt);

        public MessagePlan? Plan { get; set; } = queued.Plan;

        public void Store(string name, bool isProved)
        {
            done.Add(name);
            if (!isProved)
                unproved.Add(name);
        }

        public void Done(string name)
        {
            done.Add(name);
            unproved.Remove(name);
        }

        public void Postpone(int attempt, DateTimeOffset until, DateTimeOffset now) =>
            (Attempts, NotBefore, PostponedAt, Pending, uncommitted) = (attempt, until, now, null, null);

        public void Ask(LedgerEvent.CommitmentAsked asked, DateTimeOffset at)
        {
            Transactions[asked.Transaction] = asked.Names;
            Pending = new PendingCommitment(asked.Transaction, at, asked.Until);
        }

        public void Commit(LedgerEvent.Committed committed, DateTimeOffset at)
        {
            unproved.ExceptWith(committed.Names);
            foreach (var failed in committed.Failed.Where(failed => unproved.Remove(failed.Name)))
                done.Remove(failed.Name);
            Transactions.Remove(committed.Transaction);
            (Pending, NotBefore) = (null, at);
            if (committed.Failed.Count > 0)
            {
                uncommitted = $"the target does not commit itself to {committed.Failed.Count} of {committed.Failed.Count + committed.Names.Count} instances: "
                    + string.Join(", ", committed.Failed.Select(failed => failed.Reason ?? "not named in its report").Distinct());
            }
        }

        public IReadOnlyList<string> NamesOf(string set, int part) =>
            Plan?.Set == set ? Plan.Messages.FirstOrDefault(message => message.Part == part)?.Names ?? [] : [];

        public Delivery ToDelivery() => new(id, queued.Target, queued.Priority, queued.Kind, queued.Study, [.. Names], QueuedAt, Attempts, NotBefore)
        {
            Unproved = [.. Unproved], Pending = Pending, Uncommitted = uncommitted,
        };
    }

    // Urgent before less urgent; then as they were queued.
    private sealed class InOrder : IComparer<Waiting>
    {
        public static InOrder Instance { get; } = new();

        public int Compare(Waiting? x, Waiting? y) =>
            x!.Priority != y!.Priority ? x.Priority.CompareTo(y.Priority) : x.Id.CompareTo(y.Id);
    }
}
