using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>BAK-2: backups are kept as long as the manifest says and no longer, but the last good one stays.</summary>
public sealed record BackupsKept : Assertion
{
    /// <summary>The backup folder.</summary>
    public required WindowsPath Folder { get; init; }

    /// <summary>Days that a backup is kept.</summary>
    public required int KeepDays { get; init; }

    /// <summary>What the system requirements ask for.</summary>
    public const int RequiredDays = 5;

    /// <inheritdoc/>
    public override ResourceId Id => Named("backups-kept", "machine");

    /// <inheritdoc/>
    protected override string Expectation => $"backups in {Folder} are kept for {KeepDays} days, the last good one longer";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var backups = await machine.Facts.BackupsAsync(Folder, cancel);
        var lastGood = backups.Where(b => b.Good).MaxBy(b => b.TakenAt);
        var old = backups.Where(b => b != lastGood && now - b.TakenAt > TimeSpan.FromDays(KeepDays + 1)).Select(b => b.Name).ToList();
        if (KeepDays < RequiredDays)
            return Judge(false, $"the manifest keeps them for {KeepDays} days only", Provenance.Manifest);
        if (backups.Count == 0)
            return new Finding(Outcome.NotAssessed, "no backups yet", machine.Facts.Provenance, "there is nothing yet that could have been kept");
        return Judge(old.Count == 0, old.Count == 0 ? $"{backups.Count} backups, none overdue" : "overdue: " + string.Join(", ", old), machine.Facts.Provenance);
    }
}
