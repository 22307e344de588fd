using CsCheck;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Tests.Indexing;

/// <summary>Random lives of images: received, queued, sent, refused, given up, removed, in every order that lines can have.</summary>
internal static class LedgerLines
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private static readonly string[] Modalities = ["CT", "MR", "SR", ""];
    private static readonly string[] Targets = ["pacs", "archive"];

    /// <summary>So many random events.</summary>
    public static Gen<LedgerEvent[]> Events(int most) => Gen.Int[0, int.MaxValue].Array[0, most].Select(Live);

    public static IReadOnlyList<LedgerLine> Numbered(IEnumerable<LedgerEvent> events) =>
        [.. events.Select((what, index) => new LedgerLine(index + 1, Start.AddMilliseconds(37 * index), what))];

    /// <summary>The header of an image, which depends on its name alone.</summary>
    public static InstanceHeader HeaderOf(string name)
    {
        var number = int.Parse(name[3..]);
        return new InstanceHeader($"1.2.3.{number}", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1", new ImageAttributes
        {
            Study = StudyOf(number), Series = $"{StudyOf(number)}.{number % 3}", Modality = Modalities[number % 4], PatientName = $"Müller^{number % 2}", PatientId = $"P{number % 2}",
            StudyDescription = "Schädel", Accession = "A1", StudyDate = "20260101", StudyTime = "080000",
        });
    }

    // A number is a choice; the book says what can come next.
    private static LedgerEvent[] Live(int[] choices)
    {
        var (events, book, received) = (new List<LedgerEvent>(), new DeliveryBook(), new List<string>());
        foreach (var choice in choices)
        {
            if (Next(choice, book, received) is not { } next)
                continue;
            events.Add(next);
            book.Apply(new LedgerLine(events.Count, Start.AddMilliseconds(37 * (events.Count - 1)), next));
        }

        return [.. events];
    }

    private static LedgerEvent? Next(int choice, DeliveryBook book, List<string> received)
    {
        var pick = choice / 16;
        switch (choice % 16)
        {
            case < 6:
                var number = received.Count;
                received.Add($"00/{number}");
                var to = Targets.Where((_, index) => (pick & (1 << index)) != 0).Select(target => new Destination(target, (Priority)(pick % 3), "route")).ToList();
                return new LedgerEvent.Received($"00/{number}", StudyOf(number), $"{StudyOf(number)}.{number % 3}", pick % 5 == 0 ? null : "PACS", "DICOMMAIL", 100 + number, to);
            case < 9 when book.Studies.ToList() is { Count: > 0 } studies:
                var (key, study) = studies[pick % studies.Count];
                var names = study.Arrivals.Take(1 + (pick % study.Arrivals.Count)).Select(arrival => arrival.Name).ToList();
                return new LedgerEvent.Queued(key.Target, key.Priority, (DeliveryKind)(pick % 5), key.Study, names);
            case 9 when book.DeadLetters.ToList() is { Count: > 0 } letters:
                var letter = letters[pick % letters.Count];
                return new LedgerEvent.Queued(letter.Target, letter.Priority, DeliveryKind.Resend, letter.Study, [letter.Name]);
            case 10 when received.Count > 0:
                return new LedgerEvent.Quarantined($"q{pick % 7}.dicom", received[pick % received.Count], "PACS");
            case 11 when received.Count > 0:
                return new LedgerEvent.Removed(received[pick % received.Count], "longest time");
        }

        var deliveries = book.Deliveries.ToList();
        if (deliveries.Count == 0)
            return null;
        var delivery = deliveries[pick % deliveries.Count];
        return (choice % 16) switch
        {
            12 when delivery is { Unproved.Count: > 0, Pending: null } => new LedgerEvent.CommitmentAsked(delivery.Id, $"1.9.{pick}", delivery.Unproved, Start.AddMinutes(pick % 90)),
            12 when delivery.Pending is { } pending => pick % 3 == 0
                ? new LedgerEvent.CommitmentOverdue(delivery.Id, pending.Transaction)
                : new LedgerEvent.Committed(delivery.Id, pending.Transaction, [.. delivery.Unproved.Skip(pick % 2)], [.. delivery.Unproved.Take(pick % 2).Select(name => new UncommittedInstance(name, "0112"))]),
            12 or 13 when delivery.Names.Count > 0 => new LedgerEvent.Stored(delivery.Id, delivery.Names[pick % delivery.Names.Count], "0000", pick % 3 == 0 ? "commitment" : null),
            14 when delivery.Names.Count > 0 && pick % 2 == 0 => new LedgerEvent.Refused(delivery.Id, delivery.Names[pick % delivery.Names.Count], pick % 4 == 0 ? null : "A900", "no"),
            14 => new LedgerEvent.Postponed(delivery.Id, delivery.Attempts + 1, Start.AddMinutes(pick % 90), "the target is away"),
            15 => new LedgerEvent.Finished(delivery.Id, delivery.Names.Count + delivery.Unproved.Count > 0 ? "given up" : null),
            _ => null,
        };
    }

    private static string StudyOf(int number) => $"1.2.{number % 4}";
}
