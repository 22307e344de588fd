using System.Globalization;
using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Microsoft.Win32;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>What Windows says of itself in the registry and through its drives.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFacts : IMachineFacts
{
    private const string CurrentVersion = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
    private const string ProductOptions = @"SYSTEM\CurrentControlSet\Control\ProductOptions";

    public Provenance Provenance { get; } = new(Source.Measured, "registry, drive list");

    public Task<OperatingSystemFacts> OperatingSystemAsync(CancellationToken cancel)
    {
        using var machine = RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Registry64);
        using var version = machine.OpenSubKey(CurrentVersion) ?? throw new NotAssessableException(new("die Registry enthält keine Windows-Version", "the registry holds no Windows version"));
        using var product = machine.OpenSubKey(ProductOptions);
        if (!int.TryParse(version.GetValue("CurrentBuildNumber") as string, CultureInfo.InvariantCulture, out var build))
            throw new NotAssessableException(new("die Registry enthält keine Buildnummer", "the registry holds no build number"));
        var type = product?.GetValue("ProductType") is "WinNT" ? ProductType.Client : ProductType.Server;
        return Task.FromResult(new OperatingSystemFacts(build, version.GetValue("UBR") as int? ?? 0, type, Environment.Is64BitOperatingSystem));
    }

    public Task<HardwareFacts> HardwareAsync(CancellationToken cancel) => throw NotOnWindowsYet.Missing(new("Prozessor und Arbeitsspeicher", "processor and memory"));

    public Task<IReadOnlyList<VolumeFacts>> VolumesAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<VolumeFacts>>([.. DriveInfo.GetDrives().Select(drive => new VolumeFacts(
            drive.Name[..2].ToUpperInvariant(),
            drive.DriveType switch
            {
                DriveType.Fixed => VolumeKind.Fixed,
                DriveType.Removable => VolumeKind.Removable,
                DriveType.CDRom => VolumeKind.CdRom,
                DriveType.Network => VolumeKind.Network,
                _ => VolumeKind.Other,
            },
            drive.IsReady ? drive.TotalSize : 0,
            drive.IsReady ? drive.AvailableFreeSpace : 0,
            Encrypted: null))]);

    public Task<UpdateFacts> UpdatesAsync(CancellationToken cancel) => throw NotOnWindowsYet.Missing(new("Updates", "updates"));

    public Task<TimeFacts> TimeAsync(CancellationToken cancel) => throw NotOnWindowsYet.Missing(new("der Zeitquelle", "the time source"));

    public Task<IReadOnlyList<BackupState>> BackupsAsync(WindowsPath folder, CancellationToken cancel) => throw NotOnWindowsYet.Missing(new("Sicherungen", "backups"));
}
