using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>BAK-3: the nightly task copies to another storage. Without a target in the manifest the site's word is asked for.</summary>
public sealed record BackupCopied : Assertion
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The other storage, or null.</summary>
    public required string? CopyTo { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("backup-copied", "machine");

    /// <inheritdoc/>
    protected override string Expectation => CopyTo is null ? "backups are copied to another storage" : $"backups are copied to {CopyTo}";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.ScheduledTasks.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var how = machine.ScheduledTasks.Provenance;
        if (CopyTo is null)
            return new Finding(Outcome.NotAssessed, "not assessed", Provenance.Manifest, "backup.copyTo names no other storage; the site may attest that its own backup takes the folder");
        var task = (await machine.ScheduledTasks.ReadAsync(cancel)).FirstOrDefault(t => t.Name.Equals(Task, StringComparison.OrdinalIgnoreCase));
        return Judge(task is not null && task.Arguments.Contains(CopyTo, StringComparison.OrdinalIgnoreCase), task is null ? "there is no backup task" : $"the task's arguments are: {task.Arguments}", how);
    }
}
