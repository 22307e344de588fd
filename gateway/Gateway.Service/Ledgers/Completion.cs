namespace Gateway.Service.Ledgers;

/// <summary>
/// When what has arrived of a study is sent. DICOM has no word for "that was all", so that silence has to do: of a series, of the study;
/// and a study that never falls silent is sent in pieces. An emergency waits for none of it, nor does what came by mail: its sender has waited.
/// </summary>
/// <param name="Series">The silence after which a series is sent; null where only whole studies are.</param>
/// <param name="Study">The silence after which a study is sent.</param>
/// <param name="Forced">How long an instance waits at most, whatever still arrives.</param>
/// <param name="EmergencyInstances">How many instances of an emergency make a part.</param>
/// <param name="Emergency">How long an instance of an emergency waits for such a part to fill.</param>
internal sealed record Completion(TimeSpan? Series, TimeSpan Study, TimeSpan Forced, int EmergencyInstances, TimeSpan Emergency)
{
    /// <summary>What of a study is due.</summary>
    /// <param name="study">What has arrived.</param>
    /// <param name="priority">How urgent it is.</param>
    /// <param name="before">What was sent of the study to this destination before; null for nothing.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is to be queued, each with its reason; nothing where all must wait.</returns>
    public IEnumerable<(DeliveryKind Kind, IReadOnlyList<string> Names)> Due(OpenStudy study, Priority priority, SentBefore? before, DateTimeOffset now)
    {
        if (study.Arrivals.Count == 0)
            return [];
        if (study.Settled.ToList() is [_, ..] settled)
            return [(DeliveryKind.Message, Names(settled))];
        var waits = Silence(study.Arrivals[0].At, now);
        if (priority == Priority.Emergency)
            return study.Arrivals.Count >= EmergencyInstances || waits >= Emergency ? Parts(study) : [];
        if (Silence(study.LastAt, now) >= Study)
            return [(IsLate(null, study.Arrivals[0].At) ? DeliveryKind.Supplement : DeliveryKind.Study, Names(study.Arrivals))];
        if (waits >= Forced)
            return [(DeliveryKind.Forced, Names(study.Arrivals))];
        return Series is { } silence
            ? study.Arrivals.GroupBy(arrival => arrival.Series).Where(series => Silence(series.Max(arrival => arrival.At), now) >= silence)
                .Select(series => (IsLate(series.Key, series.First().At) ? DeliveryKind.Supplement : DeliveryKind.Series, Names(series)))
            : [];

        bool IsLate(string? series, DateTimeOffset firstAt) => before is not null && before.IsBefore(series, firstAt, Study);
    }

    /// <summary>When something of a study is due at the latest, if nothing more arrives.</summary>
    /// <param name="study">What has arrived; not nothing.</param>
    /// <param name="priority">How urgent it is.</param>
    public DateTimeOffset DueAt(OpenStudy study, Priority priority)
    {
        var first = study.Arrivals[0].At;
        if (study.Settled.Any())
            return first;
        if (priority == Priority.Emergency)
            return study.Arrivals.Count >= EmergencyInstances ? first : first + Emergency;
        var due = study.LastAt + Study;
        if (first + Forced < due)
            due = first + Forced;
        return Series is { } silence && study.Arrivals.GroupBy(arrival => arrival.Series).Min(series => series.Max(arrival => arrival.At)) + silence is var series && series < due
            ? series : due;
    }

    // A clock that was set back must not hold images until it is there again.
    private static TimeSpan Silence(DateTimeOffset since, DateTimeOffset now) => (now - since).Duration();

    private IEnumerable<(DeliveryKind, IReadOnlyList<string>)> Parts(OpenStudy study) =>
        study.Arrivals.Chunk(EmergencyInstances).Select(part => (DeliveryKind.Part, Names(part)));

    private static IReadOnlyList<string> Names(IEnumerable<OpenStudy.Arrival> arrivals) => [.. arrivals.Select(arrival => arrival.Name)];
}
