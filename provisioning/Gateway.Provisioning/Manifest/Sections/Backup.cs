using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>Nightly backup of configuration and database tables.</summary>
public sealed record Backup
{
    /// <summary>Where backups lie (BAK-1).</summary>
    public WindowsPath Folder { get; init; } = WindowsPath.Of(@"E:\backup");

    /// <summary>When the scheduled task runs, on the machine's clock.</summary>
    public ClockTime At { get; init; } = ClockTime.Of("02:30");

    /// <summary>How many days a backup is kept (BAK-2); the last good one is never removed.</summary>
    [Range(1, 365)]
    public int KeepDays { get; init; } = Required.BackupDays;

    /// <summary>The public OpenPGP key (a file, armoured or not) that each backup is sealed to; its secret part lies in a safe, and without it nobody reads a backup. Without a key backups lie in the clear, for administrators alone, and hold no secret keys.</summary>
    public WindowsPath? RecoveryKey { get; init; }

    /// <summary>A share of another storage that backups are copied to (BAK-3), reached as the computer account; without one BAK-3 rests on an attestation.</summary>
    public string? CopyTo { get; init; }
}
