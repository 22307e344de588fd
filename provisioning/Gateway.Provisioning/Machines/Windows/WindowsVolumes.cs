using System.Management.Automation;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Facts;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Drives as .NET lists them, and what BitLocker says of them.</summary>
internal static class WindowsVolumes
{
    private const string Namespace = "root/cimv2/Security/MicrosoftVolumeEncryption";
    private const int Off = 0;
    private const int On = 1;
    private const int FullyEncrypted = 1;

    /// <summary>The drives of this computer; whether they are encrypted is asked of BitLocker.</summary>
    public static IReadOnlyList<VolumeFacts> Drives() => [.. DriveInfo.GetDrives().Select(drive => new VolumeFacts(
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
        Encrypted: null))];

    /// <summary>Adds what BitLocker says. Where it is not installed or does not answer, that stays unknown: another product may encrypt, or the storage below.</summary>
    public static async Task<IReadOnlyList<VolumeFacts>> WithEncryptionAsync(IReadOnlyList<VolumeFacts> drives, WindowsManagement management, CancellationToken cancel)
    {
        IReadOnlyList<PSObject> volumes;
        try
        {
            volumes = await management.AllOfFeatureAsync(Namespace, "Win32_EncryptableVolume", cancel);
        }
        catch (Exception e) when (e is NotAssessableException or RefusedException)
        {
            return drives; // a drive's kind and size are known all the same; that nobody could say whether it is encrypted is what null means
        }

        return [.. drives.Select(drive => drive with
        {
            Encrypted = volumes.FirstOrDefault(volume => volume.Text("DriveLetter").Equals(drive.Drive, StringComparison.OrdinalIgnoreCase)) is { } volume ? IsEncrypted(volume) : null,
        })];
    }

    // "GetProtectionStatus method of the Win32_EncryptableVolume class": 1 is a volume that is fully encrypted and whose key does not lie beside it in the clear,
    // 0 one that is not, 2 a locked one, of which nothing is known. "GetConversionStatus method": 1 is fully encrypted; older systems do not have the property.
    private static bool? IsEncrypted(PSObject volume) => volume.Number("ProtectionStatus") switch
    {
        On => volume.Number("ConversionStatus") is null or FullyEncrypted,
        Off => false,
        _ => null,
    };
}
