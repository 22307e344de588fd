namespace Gateway.Service.Ledgers;

/// <summary>What was sent of a study to one destination, other than parts of an emergency and a partner's messages: so that what arrives later is told from what is sent for the first time.</summary>
internal sealed class SentBefore
{
    private readonly HashSet<string> series = [];
    private bool isWhole;

    /// <summary>When the last instance of the study had arrived that was sent.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>Takes in what is sent now.</summary>
    /// <param name="kind">Why it holds what it holds.</param>
    /// <param name="of">The series that it is of; empty where that is not known.</param>
    /// <param name="lastAt">When the last instance of the study had arrived.</param>
    public void Add(DeliveryKind kind, IEnumerable<string> of, DateTimeOffset lastAt)
    {
        isWhole |= kind is DeliveryKind.Study or DeliveryKind.Forced;
        series.UnionWith(of);
        LastAt = lastAt;
    }

    /// <summary>Whether instances of a series come after what was sent: the study was sent whole, or the series was, or the study had fallen silent.</summary>
    /// <param name="of">Their series; null for those of any.</param>
    /// <param name="firstAt">When the first of them arrived.</param>
    /// <param name="silence">The silence after which a study is sent.</param>
    public bool IsBefore(string? of, DateTimeOffset firstAt, TimeSpan silence) =>
        isWhole || (of is not null && series.Contains(of)) || (firstAt - LastAt).Duration() >= silence;

    /// <summary>For a test to compare.</summary>
    public override string ToString() => $"{(isWhole ? "whole" : "")} {string.Join(',', series.Order(StringComparer.Ordinal))} {LastAt:O}";
}
