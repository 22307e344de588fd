using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest;

/// <summary>Every path that the appliance uses on the machine, with the place in the manifest that names it (OS-4).</summary>
public static class ManifestPaths
{
    /// <summary>The product's own state: journal, plans, reports, secrets. Made first, outside every undo.</summary>
    public static WindowsPath StateRoot { get; } = WindowsPath.Of(@"D:\VISUS\state");

    /// <summary>The manifest of the last apply, with its overlays.</summary>
    public static WindowsPath KeptManifest { get; } = StateRoot.Join("appliance.json");

    /// <summary>Reports, and the log of installations.</summary>
    public static WindowsPath Reports { get; } = StateRoot.Join("reports");

    /// <summary>The product's own key below HKEY_LOCAL_MACHINE: where its programs lie, and where the machine stands.</summary>
    public const string RegistryKey = @"SOFTWARE\VISUS\DICOM-Mail Gateway";

    /// <summary>What Windows or a third party keeps elsewhere, each with its reason; named in the report's row of OS-4.</summary>
    public static IReadOnlyList<Wording> ExceptionsThatWindowsImposes { get; } =
    [
        new(@"C:\Windows\Installer (Installer-Cache)", @"C:\Windows\Installer (installer cache)"),
        new(@"HKLM und C:\ProgramData\Microsoft\Crypto (Schlüsselspeicher)", @"HKLM and C:\ProgramData\Microsoft\Crypto (key stores)"),
        new(@"C:\Program Files (x86)\checkmk, C:\ProgramData\checkmk (Monitoring-Agent)", @"C:\Program Files (x86)\checkmk, C:\ProgramData\checkmk (monitoring agent)"),
    ];

    /// <summary>The program folder of this version (<c>%GATEWAY%</c>).</summary>
    /// <param name="gateway">The gateway section.</param>
    public static WindowsPath ProgramFolderOfThisVersion(this GatewaySection gateway) => gateway.ProgramFolder.Join(ProductVersion.Text);

    /// <summary>The database's own configuration file, in a folder of its own: its service reads it, and nothing of the gateway's beside it.</summary>
    /// <param name="database">The database section.</param>
    /// <param name="gateway">The gateway section.</param>
    public static WindowsPath ConfigurationFile(this Database database, GatewaySection gateway) => gateway.ConfigFolder.Join("database").Join($"{database.ServiceName}.ini");

    /// <summary>Every path with its JSON pointer.</summary>
    /// <param name="appliance">The appliance.</param>
    public static IEnumerable<(string Pointer, WindowsPath Path)> Of(Appliance appliance) =>
    [
        .. appliance.Folders.Select((f, i) => ($"/folders/{i}/path", f.Path)),
        .. appliance.Hardware.Disks.Select((d, i) => ($"/hardware/disks/{i}/drive", d.Drive)),
        ("/database/programFolder", appliance.Database.ProgramFolder),
        ("/database/dataFolder", appliance.Database.DataFolder),
        ("/backup/folder", appliance.Backup.Folder),
        .. appliance.Backup.RecoveryKey is { } recovery ? new[] { ("/backup/recoveryKey", recovery) } : [],
        ("/gateway/programFolder", appliance.Gateway.ProgramFolder),
        ("/gateway/imageFolder", appliance.Gateway.ImageFolder),
        ("/gateway/dataFolder", appliance.Gateway.DataFolder),
        ("/gateway/logFolder", appliance.Gateway.LogFolder),
        ("/gateway/configFolder", appliance.Gateway.ConfigFolder),
        ("/mail/scanFolder", appliance.Mail.ScanFolder),
        .. appliance.Gateway.Audit.Folder is { } audit ? new[] { ("/gateway/audit/folder", audit) } : [],
    ];
}
