using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// BAK-2: backups are kept as long as the manifest says and no longer, but the last good one stays. That they are kept is shown by one that is about to be
/// removed: a good one from the first of the kept days. Without it an appliance of that age has kept none.
/// </summary>
public sealed record BackupsKept : Assertion
{
    /// <summary>The backup folder.</summary>
    public required WindowsPath Folder { get; init; }

    /// <summary>Days that a backup is kept.</summary>
    public required int KeepDays { get; init; }

    /// <summary>The nightly task's name: before it there was nothing to keep.</summary>
    public required string Task { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("backups-kept", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"Sicherungen in {Folder} werden {KeepDays} Tage und nicht länger aufbewahrt, die letzte gute ausgenommen",
        $"backups in {Folder} are kept for {KeepDays} days and no longer, the last good one excepted");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.Facts.Provenance;
        if (KeepDays < Required.BackupDays)
            return AsksForLess(Days(KeepDays), Days(Required.BackupDays));
        var backups = await machine.Facts.BackupsAsync(Folder, cancel);
        var kept = TimeSpan.FromDays(KeepDays);
        var day = TimeSpan.FromDays(1);
        var lastGood = backups.Where(b => b.Good).MaxBy(b => b.TakenAt);
        if (backups.Where(b => b != lastGood && now - b.TakenAt > kept + day).Select(b => b.Name).ToList() is { Count: > 0 } overdue)
            return Judge(false, new("überfällig: " + string.Join(", ", overdue), "overdue: " + string.Join(", ", overdue)), how);
        var good = backups.Where(b => b.Good && now - b.TakenAt <= kept + day).ToList();
        Wording observed = new(
            $"{backups.Count} Sicherungen, keine überfällig, {good.Count} gute der letzten {KeepDays} Tage{(good.Count == 0 ? "" : $", die älteste von {good.Min(b => b.TakenAt):yyyy-MM-dd HH:mm} UTC")}",
            $"{backups.Count} backups, none overdue, {good.Count} good ones of the last {KeepDays} days{(good.Count == 0 ? "" : $", the oldest of {good.Min(b => b.TakenAt):yyyy-MM-dd HH:mm} UTC")}");
        if (good.Any(b => now - b.TakenAt >= kept - BackupRan.Night))
            return Judge(true, observed, how);
        var task = (await machine.ScheduledTasks.ReadAsync(cancel)).FirstOrDefault(t => t.Name.Equals(Task, StringComparison.OrdinalIgnoreCase));
        var since = backups.Select(b => (DateTimeOffset?)b.TakenAt).Append(task?.RegisteredAt).Min();
        return since is null || now - since < kept + BackupRan.Night
            ? Unknown(observed, how, since is { } first ? TooEarly(first) : new("es gibt noch nichts, das hätte aufbewahrt werden können", "there is nothing yet that could have been kept"))
            : Judge(false, observed, how);
    }

    private Wording TooEarly(DateTimeOffset first) => new(
        $"die erste Nacht war frühestens {first:yyyy-MM-dd}; ob Sicherungen aufbewahrt werden, zeigt sich nach {KeepDays} Nächten",
        $"the first night was {first:yyyy-MM-dd} at the earliest; whether backups are kept shows after {KeepDays} nights");

    private static Wording Days(int days) => new($"{days} Tage", $"{days} days");
}
