using System.Globalization;
using Gateway.Provisioning.Manifest;

namespace Gateway.Provisioning.Resources;

/// <summary>What the gateway's program is told when it takes a backup: every night by the scheduled task, and whenever a person wants one.</summary>
public static class BackupArguments
{
    /// <summary>The arguments, each as one word.</summary>
    /// <param name="appliance">The manifest.</param>
    public static IReadOnlyList<string> Of(Appliance appliance)
    {
        var backup = appliance.Backup;
        return
        [
            "backup", "--config", appliance.Gateway.ConfigFolder.Join("gateway.json").Text, "--to", backup.Folder.Text, "--keep-days", backup.KeepDays.ToString(CultureInfo.InvariantCulture),
            "--state", ManifestPaths.StateRoot.Text,
            .. backup.RecoveryKey is { } key ? new[] { "--recovery-key", key.Text } : [],
            .. backup.CopyTo is { } other ? new[] { "--copy-to", other } : [],
        ];
    }
}
