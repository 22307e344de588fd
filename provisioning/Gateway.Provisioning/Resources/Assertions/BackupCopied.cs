using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// BAK-3: the nightly task copies to another storage. The gateway's backup program ends with 0 only after it has read the copy back and found its digests
/// (its own promise), so a last run with the copy among its arguments and that result is the evidence. Without a target in the manifest the site's word is asked for.
/// </summary>
public sealed record BackupCopied : Assertion
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The other storage, or null.</summary>
    public required string? CopyTo { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("backup-copied", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => CopyTo is null
        ? new("Sicherungen werden auf einen anderen Speicher kopiert", "backups are copied to another storage")
        : new($"{Task} lief in den letzten 26 Stunden, kopierte nach {CopyTo} und endete mit 0", $"{Task} ran within the last 26 hours, copied to {CopyTo} and ended with 0");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.ScheduledTasks.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.ScheduledTasks.Provenance;
        if (CopyTo is null)
            return Unknown(
                NotAssessed,
                Provenance.Manifest,
                new("backup.copyTo nennt keinen anderen Speicher; der Standort kann bestätigen, dass seine eigene Sicherung den Ordner mitnimmt", "backup.copyTo names no other storage; the site may attest that its own backup takes the folder"),
                WhoseWord.APersons);
        var task = (await machine.ScheduledTasks.ReadAsync(cancel)).FirstOrDefault(t => t.Name.Equals(Task, StringComparison.OrdinalIgnoreCase));
        if (task is null)
            return Judge(false, new("es gibt keine Sicherungsaufgabe", "there is no backup task"), how);
        if (!task.Arguments.Contains($"--copy-to \"{CopyTo}\"", StringComparison.OrdinalIgnoreCase))
            return Judge(false, new($"die Aufgabe kopiert nirgendwohin: ihre Argumente sind {task.Arguments}", $"the task copies nowhere: its arguments are {task.Arguments}"), how);

        // A run from before the task was registered like this had other arguments.
        var ran = task.LastRun < task.RegisteredAt ? null : task.LastRun;
        if (ran is null && !(now - task.RegisteredAt >= BackupRan.Night))
            return Unknown(
                new("die Aufgabe soll dorthin kopieren", "the task is to copy there"),
                how,
                new($"sie ist seit ihrer Registrierung noch nicht gelaufen; der erste Lauf steht um {task.DailyAt} an", $"it has not run since it was registered; its first run is due at {task.DailyAt}"));
        if (ran is { } started && task.LastResult is null && now - started < BackupRan.Night)
            return Unknown(new("die Aufgabe soll dorthin kopieren", "the task is to copy there"), how, BackupRan.Running(started));
        return Judge(
            now - ran < BackupRan.Night && task.LastResult == 0,
            new(
                $"letzter Lauf mit der Kopie: {ran?.ToString("yyyy-MM-dd HH:mm") ?? "nie"}, Ergebnis {task.LastResult?.ToString() ?? "keins"}",
                $"last run with the copy {ran?.ToString("yyyy-MM-dd HH:mm") ?? "never"}, result {task.LastResult?.ToString() ?? "none"}"),
            how,
            CopyAccount.Ask(machine, CopyTo));
    }
}
