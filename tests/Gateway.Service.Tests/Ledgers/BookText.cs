using Gateway.Service.Ledgers;

namespace Gateway.Service.Tests.Ledgers;

/// <summary>All that a book answers, as text.</summary>
internal static class BookText
{
    private static readonly string[] Targets = ["pacs", "archive"];

    public static string Of(DeliveryBook book, DateTimeOffset now)
    {
        var studies = book.Studies.OrderBy(study => study.Key.ToString(), StringComparer.Ordinal)
            .Select(study => $"open {study.Key} last {study.Value.LastAt:O}: {string.Join(", ", study.Value.Arrivals)}");
        var deliveries = book.Deliveries.Select(delivery => $"{delivery with { Names = [], Unproved = [] }}: {string.Join(", ", delivery.Names)}; {string.Join(", ", delivery.Unproved)}");
        var letters = book.DeadLetters.Select(letter => letter.ToString()).Order(StringComparer.Ordinal);
        var keys = from study in Enumerable.Range(0, 4) from target in Targets from priority in Enum.GetValues<Priority>() select new StudyKey($"1.2.{study}", target, priority);
        var sent = keys.Select(key => $"sent {key}: {book.SentOf(key)}");
        var next = Targets.Select(target => $"{target}: {book.Next(target, now)?.Id} {book.HasToWait(target, Priority.Bulk, now)} {book.NextDue(target, now):O}");
        return string.Join('\n', [$"{book.Pause}", .. studies, .. deliveries, .. letters, .. sent, .. next, .. book.Undelivered().Order(StringComparer.Ordinal)]);
    }
}
