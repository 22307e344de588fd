using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>BAK-1: the nightly task did run, and its result is complete. A task that was registered since the last night has not had its chance yet.</summary>
public sealed record BackupRan : Assertion
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The backup folder.</summary>
    public required WindowsPath Folder { get; init; }

    /// <summary>A night and the day after it, with room for the end of daylight saving time and for a run that takes long.</summary>
    internal static readonly TimeSpan Night = TimeSpan.FromHours(26);

    /// <summary>What is said of a run that has begun and has no result yet.</summary>
    internal static Wording Running(DateTimeOffset started) =>
        new($"sie läuft seit {started:yyyy-MM-dd HH:mm} UTC", $"it has been running since {started:yyyy-MM-dd HH:mm} UTC");

    /// <inheritdoc/>
    public override ResourceId Id => Named("backup-ran", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"{Task} lief in den letzten 26 Stunden, endete mit 0 und hinterließ eine gute Sicherung in {Folder}",
        $"{Task} ran within the last 26 hours, ended with 0, and left a good backup in {Folder}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.ScheduledTasks.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.ScheduledTasks.Provenance;
        var task = (await machine.ScheduledTasks.ReadAsync(cancel)).FirstOrDefault(t => t.Name.Equals(Task, StringComparison.OrdinalIgnoreCase));
        if (task is null)
            return Judge(false, new("es gibt keine solche Aufgabe", "there is no such task"), how);
        if (task.LastRun is null && task.RegisteredAt is { } registered && now - registered < Night)
            return Unknown(NotAssessed, how, new(
                $"registriert {registered:yyyy-MM-dd HH:mm} UTC; der erste Lauf steht um {task.DailyAt} an",
                $"registered {registered:yyyy-MM-dd HH:mm} UTC; its first run is due at {task.DailyAt}"));
        if (task is { LastRun: { } started, LastResult: null } && now - started < Night)
            return Unknown(NotAssessed, how, Running(started));
        var newest = (await machine.Facts.BackupsAsync(Folder, cancel)).Where(b => b.Good).MaxBy(b => b.TakenAt);
        return Judge(
            now - task.LastRun < Night && task.LastResult == 0 && newest is not null && now - newest.TakenAt < Night,
            new(
                $"letzter Lauf {task.LastRun?.ToString("yyyy-MM-dd HH:mm") ?? "nie"}, Ergebnis {task.LastResult?.ToString() ?? "keins"}, neueste gute Sicherung {newest?.TakenAt.ToString("yyyy-MM-dd HH:mm") ?? "keine"}",
                $"last run {task.LastRun?.ToString("yyyy-MM-dd HH:mm") ?? "never"}, result {task.LastResult?.ToString() ?? "none"}, newest good backup {newest?.TakenAt.ToString("yyyy-MM-dd HH:mm") ?? "none"}"),
            how);
    }
}
