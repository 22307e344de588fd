using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>What the machine is.</summary>
public interface IMachineFacts : IAbility
{
    /// <summary>The operating system.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<OperatingSystemFacts> OperatingSystemAsync(CancellationToken cancel);

    /// <summary>Processor, memory, physical or virtual.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<HardwareFacts> HardwareAsync(CancellationToken cancel);

    /// <summary>Volumes with a drive letter.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<VolumeFacts>> VolumesAsync(CancellationToken cancel);

    /// <summary>Windows Update.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<UpdateFacts> UpdatesAsync(CancellationToken cancel);

    /// <summary>Whether Windows waits for a restart, as far as anybody can say: one of the places that say so is enough, and one that cannot be asked says nothing.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<bool> WaitsForRestartAsync(CancellationToken cancel);

    /// <summary>The clock.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<TimeFacts> TimeAsync(CancellationToken cancel);

    /// <summary>Backups in the backup folder.</summary>
    /// <param name="folder">The backup folder.</param>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<BackupState>> BackupsAsync(WindowsPath folder, CancellationToken cancel);
}
