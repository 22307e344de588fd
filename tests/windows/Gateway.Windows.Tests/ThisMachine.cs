using System.Runtime.Versioning;
using System.Text;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Reading;

namespace Gateway.Windows.Tests;

/// <summary>This computer as the product sees it.</summary>
internal static class ThisMachine
{
    /// <summary>The appliance of the default site.</summary>
    public static Appliance Appliance { get; } =
        ManifestReader.Read([("appliance.json", Encoding.UTF8.GetBytes(EmbeddedFiles.Text("appliance.json")))], DateOnly.FromDateTime(DateTime.UtcNow)).Appliance!;

    /// <summary>Opens it; every look is a fresh one.</summary>
    [SupportedOSPlatform("windows")]
    public static WindowsMachine Open() => new(Appliance);

    /// <summary>A name that nobody has, for what a test makes and takes away again.</summary>
    public static string NewName() => $"GatewayTest{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Why the drives of the appliance are not here, or null.</summary>
    public static string? WhyNoDrives(params string[] drives) =>
        drives.FirstOrDefault(drive => !Array.Exists(DriveInfo.GetDrives(), d => d.Name[..2].Equals(drive, StringComparison.OrdinalIgnoreCase) && d is { DriveType: DriveType.Fixed, IsReady: true, DriveFormat: "NTFS" })) is { } lacking
            ? $"this machine has no fixed drive {lacking} with NTFS; tests/windows/provide-drives.ps1 makes one in a file"
            : null;
}
