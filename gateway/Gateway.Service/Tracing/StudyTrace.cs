using Gateway.Service.Ledgers;

namespace Gateway.Service.Tracing;

/// <summary>
/// What the ledger knows of one study: every line that is about it, from its first image to the last proof, and what they add up to. Did it
/// arrive? Each answer rests on the lines beneath it.
/// </summary>
internal sealed class StudyTrace(string study)
{
    private const int LinesAtOnce = 1000;

    private readonly List<TraceLine> lines = [];
    private readonly HashSet<string> names = [];
    private readonly Dictionary<string, HashSet<string>> wanted = [];
    private readonly Dictionary<(string Target, string Name), Standing> standings = [];
    private readonly Dictionary<long, LedgerEvent.Queued> deliveries = [];
    private readonly Dictionary<string, LedgerEvent.Queued> sets = [];
    private readonly Dictionary<(string Set, int Part), IReadOnlyList<string>> messages = [];
    private readonly Dictionary<string, LedgerLine> fetched = [];
    private readonly HashSet<string> receivedSets = [];
    private readonly HashSet<string> documents = [];

    /// <summary>The study instance UID.</summary>
    public string Study => study;

    /// <summary>How many images were received.</summary>
    public int Images => names.Count;

    /// <summary>The spool's names of them.</summary>
    public IReadOnlyCollection<string> Names => names;

    /// <summary>The lines, in order.</summary>
    public IReadOnlyList<TraceLine> Lines => [.. lines.OrderBy(line => line.Number)];

    /// <summary>How far they have come at each target.</summary>
    public IReadOnlyList<Arrival> Arrivals => [.. wanted.Select(target => ArrivalAt(target.Key, target.Value)).OrderBy(arrival => arrival.Target, StringComparer.Ordinal)];

    /// <summary>Takes a line of the ledger in; those that are not about the study are passed over.</summary>
    public void Take(LedgerLine line)
    {
        if (line.What is LedgerEvent.Fetched mail)
            fetched[mail.Mail] = line;
        else if (Concerns(line))
            lines.Add(TraceLine.Of(line));
    }

    /// <summary>Takes in all that is written.</summary>
    public void TakeAll(LedgerFile file)
    {
        var follower = file.FollowAfter(0);
        while (follower.Next(LinesAtOnce) is { Count: > 0 } some)
        {
            foreach (var line in some)
                Take(line);
        }
    }

    private bool Concerns(LedgerLine line)
    {
        switch (line.What)
        {
            case LedgerEvent.Received received when received.Study == study:
                names.Add(received.Name);
                foreach (var to in received.To)
                    Want(to.Target, [received.Name]);
                return true;
            case LedgerEvent.CameAgain anew when anew.Study == study:
                foreach (var to in anew.To)
                    Want(to.Target, [anew.Name]);
                return true;
            case LedgerEvent.Queued queued when queued.Study == study:
                deliveries[line.Number] = queued;
                Want(queued.Target, queued.Names);
                if (queued.Plan is { } again)
                    Plan(again, queued);
                else
                    Move(queued.Target, queued.Names, Standing.Waiting, isAnew: true);
                return true;
            case LedgerEvent.Planned planned when deliveries.TryGetValue(planned.Delivery, out var delivery):
                Plan(planned.Plan, delivery);
                return true;
            case LedgerEvent.Packed packed:
                return deliveries.ContainsKey(packed.Delivery);
            case LedgerEvent.Postponed postponed:
                return deliveries.ContainsKey(postponed.Delivery);
            case LedgerEvent.Stored stored when deliveries.TryGetValue(stored.Delivery, out var delivery):
                return Move(delivery.Target, [stored.Name], Standing.Stored);
            case LedgerEvent.Refused refused when deliveries.TryGetValue(refused.Delivery, out var delivery):
                return Move(delivery.Target, [refused.Name], Standing.Dead);
            case LedgerEvent.Returned returned when returned.Study == study:
                return Move(returned.Target, returned.Names, Standing.Dead);
            case LedgerEvent.Finished finished when deliveries.TryGetValue(finished.Delivery, out var delivery):
                if (finished.GivenUp is not null)
                    Move(delivery.Target, delivery.Names.Where(name => standings.GetValueOrDefault((delivery.Target, name)) == Standing.Waiting), Standing.Dead);
                return true;
            case LedgerEvent.Accepted accepted:
                return MoveMessage(accepted.Set, accepted.Part, accepted.Confirms ? Standing.UnderWay : Standing.Unconfirmed);
            case LedgerEvent.Acknowledged answer:
                return MoveMessage(answer.Set, answer.Part, StandingAfter(answer));
            case LedgerEvent.Overdue overdue:
                return MoveMessage(overdue.Set, overdue.Part, Standing.Overdue);
            case LedgerEvent.Informed informed:
                return sets.ContainsKey(informed.Set);
            case LedgerEvent.Bounced bounced:
                return sets.ContainsKey(bounced.Set);
            case LedgerEvent.Opened opened when opened.Names.Any(names.Contains) || opened.Documents?.Any(document => document.Study == study) == true:
                receivedSets.Add(opened.Set);
                documents.UnionWith((opened.Documents ?? []).Where(document => document.Study == study).Select(document => document.Name));
                if (fetched.TryGetValue(opened.Mail, out var arrived))
                    lines.Add(TraceLine.Of(arrived));
                return true;
            case LedgerEvent.DocumentScanned scanned:
                return documents.Contains(scanned.Document);
            case LedgerEvent.DocumentFiled filed:
                return documents.Contains(filed.Document);
            case LedgerEvent.DocumentSetAside aside:
                return documents.Contains(aside.Document);
            case LedgerEvent.Answered answered:
                return receivedSets.Contains(answered.Set);
            case LedgerEvent.AskedAgain asked:
                return receivedSets.Contains(asked.Set);
            case LedgerEvent.Incomplete incomplete:
                return receivedSets.Contains(incomplete.Set);
            case LedgerEvent.Removed removed:
                return names.Contains(removed.Name);
            default:
                return false;
        }
    }

    private static Standing StandingAfter(LedgerEvent.Acknowledged answer) => answer.Verdict switch
    {
        DicomMail.Receipts.ReceiptVerdict.SendAgain => Standing.UnderWay,
        DicomMail.Receipts.ReceiptVerdict.NotAccepted => Standing.Dead,
        _ => answer.IsStored ? Standing.Stored : Standing.Acknowledged,
    };

    private void Want(string target, IEnumerable<string> some)
    {
        if (!wanted.TryGetValue(target, out var there))
            wanted[target] = there = [];
        there.UnionWith(some);
    }

    private void Plan(MessagePlan plan, LedgerEvent.Queued delivery)
    {
        sets[plan.Set] = delivery;
        foreach (var message in plan.Messages)
            messages[(plan.Set, message.Part)] = message.Names;
    }

    private bool MoveMessage(string set, int part, Standing standing) =>
        sets.TryGetValue(set, out var delivery) && messages.TryGetValue((set, part), out var some) && Move(delivery.Target, some, standing);

    // What is proved stays, whatever is sent again.
    private bool Move(string target, IEnumerable<string> some, Standing standing, bool isAnew = false)
    {
        foreach (var name in some)
        {
            var before = standings.GetValueOrDefault((target, name));
            if (before < Standing.Acknowledged || standing > before)
                standings[(target, name)] = isAnew && before >= Standing.Acknowledged ? before : standing;
        }

        return true;
    }

    private Arrival ArrivalAt(string target, HashSet<string> some)
    {
        int Count(Standing standing) => some.Count(name => standings.GetValueOrDefault((target, name)) == standing);
        return new Arrival(
            target, some.Count, Count(Standing.Stored), Count(Standing.Acknowledged), Count(Standing.Unconfirmed), Count(Standing.UnderWay), Count(Standing.Overdue), Count(Standing.Waiting),
            Count(Standing.Dead));
    }

    // From Acknowledged on it is proved.
    private enum Standing
    {
        Waiting,
        Dead,
        UnderWay,
        Unconfirmed,
        Overdue,
        Acknowledged,
        Stored,
    }
}
