using Gateway.Service.Configuration;

namespace Gateway.Service.Alarming;

/// <summary>
/// The alarms that stand, and those told a while ago: the same about the same subject is told once in a quiet time, however often it
/// happens, and the next one says how often. Each that is told is a line of the log and goes to every channel.
/// </summary>
internal sealed class AlarmBoard(AlarmSettings settings, IEnumerable<IAlarmChannel> channels, TimeProvider time, ILogger<AlarmBoard> log)
{
    private readonly Lock turn = new();
    private readonly Dictionary<(AlarmKind Kind, string Subject), Entry> entries = [];

    /// <summary>Something happened, or still holds.</summary>
    /// <param name="kind">What.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="text">In words.</param>
    public void Raise(AlarmKind kind, string subject, string text)
    {
        lock (turn)
        {
            var now = time.GetUtcNow();
            if (!entries.TryGetValue((kind, subject), out var entry))
                entries[(kind, subject)] = entry = new Entry();
            if (entry.ToldAt is { } before && (now - before).Duration() < settings.QuietTime)
            {
                entry.Quiet++;
                return;
            }

            Tell(new Alarm(kind, subject, entry.Quiet == 0 ? text : $"{text} It was noticed {entry.Quiet} times more since it was told last.", now, IsCleared: false));
            (entry.ToldAt, entry.Quiet, entry.Stands) = (now, 0, true);
        }
    }

    /// <summary>A condition does not hold any more; nothing happens where nobody was told that it did.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="text">In words.</param>
    public void Clear(AlarmKind kind, string subject, string text)
    {
        lock (turn)
        {
            if (!entries.TryGetValue((kind, subject), out var entry) || !entry.Stands)
                return;
            (entry.Stands, entry.Quiet) = (false, 0);
            if (kind == AlarmKind.EmergencyOverdue)
                entry.ToldAt = null; // the last word was that it is over: the next emergency is another, however soon
            Tell(new Alarm(kind, subject, text, time.GetUtcNow(), IsCleared: true));
        }
    }

    /// <summary>A condition has become another, of which somebody is told: by itself it is no more, and nobody is told that.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="subject">What it is about.</param>
    public void Replace(AlarmKind kind, string subject)
    {
        lock (turn)
            entries.Remove((kind, subject));
    }

    /// <summary>What a condition stands about.</summary>
    /// <param name="kind">Which condition.</param>
    public IReadOnlyList<string> Standing(AlarmKind kind)
    {
        lock (turn)
            return [.. entries.Where(entry => entry.Key.Kind == kind && entry.Value.Stands).Select(entry => entry.Key.Subject)];
    }

    private void Tell(Alarm alarm)
    {
        alarm.Kind.Log(log, alarm);
        foreach (var channel in channels)
            channel.Offer(alarm);
    }

    private sealed class Entry
    {
        public DateTimeOffset? ToldAt { get; set; }

        public int Quiet { get; set; }

        public bool Stands { get; set; }
    }
}
