using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Machines.Facts;

/// <summary>
/// A machine's facts as <c>gwctl facts</c> records them. A rehearsal starts from such a file and keeps it up to date with what apply does.
/// A section that is absent was not recorded; nothing is assumed about it.
/// </summary>
public sealed record MachineFacts
{
    /// <summary>Version of this format.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of this format, 1.</summary>
    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>The machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>When it was recorded (UTC).</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Sections that could not be recorded, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> NotRecorded { get; init; } = new Dictionary<string, string>();

    /// <summary>The operating system.</summary>
    public OperatingSystemFacts? OperatingSystem { get; init; }

    /// <summary>Processor, memory, physical or virtual.</summary>
    public HardwareFacts? Hardware { get; init; }

    /// <summary>Volumes with a drive letter.</summary>
    public IReadOnlyList<VolumeFacts>? Volumes { get; init; }

    /// <summary>Windows Update.</summary>
    public UpdateFacts? Updates { get; init; }

    /// <summary>The clock.</summary>
    public TimeFacts? Time { get; init; }

    /// <summary>The virtual machine's generation.</summary>
    public GenerationFacts? Generation { get; init; }

    /// <summary>Access rights of folders.</summary>
    public IReadOnlyList<FolderRights>? FolderRights { get; init; }

    /// <summary>Registry values below HKEY_LOCAL_MACHINE that the product cares for.</summary>
    public IReadOnlyList<RegistryValue>? Registry { get; init; }

    /// <summary>Services that the product cares for, and third-party ones by name.</summary>
    public IReadOnlyList<ServiceState>? Services { get; init; }

    /// <summary>Firewall profiles and the rules of our group.</summary>
    public FirewallState? Firewall { get; init; }

    /// <summary>The domain.</summary>
    public DomainFacts? Domain { get; init; }

    /// <summary>Who may log on as a service.</summary>
    public ServiceLogonFacts? ServiceLogon { get; init; }

    /// <summary>Which programs may run; of AppLocker's rules those about the product's.</summary>
    public ProgramControlFacts? ProgramControl { get; init; }

    /// <summary>What policy does to Windows PowerShell.</summary>
    public PowerShellFacts? PowerShell { get; init; }

    /// <summary>When the machine goes to sleep.</summary>
    public PowerFacts? Power { get; init; }

    /// <summary>Virus scanners and exclusions.</summary>
    public AntivirusState? Antivirus { get; init; }

    /// <summary>Scheduled tasks of ours.</summary>
    public IReadOnlyList<ScheduledTaskState>? ScheduledTasks { get; init; }

    /// <summary>Third-party packages.</summary>
    public IReadOnlyList<PackageState>? Packages { get; init; }

    /// <summary>Certificates of the machine store with a private key.</summary>
    public IReadOnlyList<CertificateState>? Certificates { get; init; }

    /// <summary>The private key of the certificate by which the site authenticates itself, and who may use it; absent when there is none.</summary>
    public PrivateKeyState? ClientKey { get; init; }

    /// <summary>Drive shares.</summary>
    public IReadOnlyList<ShareState>? Shares { get; init; }

    /// <summary>Listening sockets.</summary>
    public IReadOnlyList<ListenerState>? Listeners { get; init; }

    /// <summary>What probes of the manifest's hosts gave.</summary>
    public IReadOnlyList<ProbeResult>? Probes { get; init; }

    /// <summary>The monitoring agent.</summary>
    public MonitoringState? Monitoring { get; init; }

    /// <summary>Names (never values) of the secrets in the machine's store.</summary>
    public IReadOnlyList<string>? SecretNames { get; init; }

    /// <summary>Backups that lie in the backup folder.</summary>
    public IReadOnlyList<BackupState>? Backups { get; init; }

    /// <summary>What the running gateway said.</summary>
    public GatewayHealthState? Gateway { get; init; }
}

/// <summary>The operating system: build and product type decide, never a localized caption.</summary>
/// <param name="Build">Build number (<c>CurrentBuildNumber</c>).</param>
/// <param name="Revision">Update revision (<c>UBR</c>).</param>
/// <param name="ProductType">Client or server (<c>Win32_OperatingSystem.ProductType</c>).</param>
/// <param name="Is64Bit">Whether it is a 64-bit system.</param>
public sealed record OperatingSystemFacts(int Build, int Revision, ProductType ProductType, bool Is64Bit);

/// <summary>What a machine is made of.</summary>
public enum Platform
{
    /// <summary>Bare metal.</summary>
    Physical,

    /// <summary>A guest of a hypervisor.</summary>
    Virtual,

    /// <summary>A container: no machine of its own.</summary>
    Container,
}

/// <summary>Processor, memory, physical or virtual.</summary>
/// <param name="CpuCores">Cores: the sum of <c>Win32_Processor.NumberOfCores</c>; in a virtual machine its vCPUs.</param>
/// <param name="MemoryBytes"><c>Win32_ComputerSystem.TotalPhysicalMemory</c>, bytes.</param>
/// <param name="Platform">Physical, virtual, or a container.</param>
/// <param name="Hypervisor">The hypervisor's maker and model, or null.</param>
public sealed record HardwareFacts(int CpuCores, long MemoryBytes, Platform Platform, string? Hypervisor);

/// <summary>Kinds of drives, as Windows tells them apart.</summary>
public enum VolumeKind
{
    /// <summary>A fixed disk.</summary>
    Fixed,

    /// <summary>A removable disk.</summary>
    Removable,

    /// <summary>A CD or DVD drive.</summary>
    CdRom,

    /// <summary>A network drive.</summary>
    Network,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>A volume with a drive letter.</summary>
/// <param name="Drive">Drive, upper-case letter and colon.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="SizeBytes">Size of the volume, bytes.</param>
/// <param name="FreeBytes">Free space, bytes; volatile, part of no fingerprint.</param>
/// <param name="Encrypted">Whether it is encrypted at rest, or null when nobody could say.</param>
public sealed record VolumeFacts(string Drive, VolumeKind Kind, long SizeBytes, long FreeBytes, bool? Encrypted);

/// <summary>Windows Update.</summary>
/// <param name="NewestInstalledOn">The day of the newest installed update.</param>
/// <param name="Pending">How many updates wait to be installed.</param>
/// <param name="PendingRestart">Whether Windows waits for a restart.</param>
public sealed record UpdateFacts(DateOnly? NewestInstalledOn, int Pending, bool PendingRestart);

/// <summary>The clock.</summary>
/// <param name="Source">The time source, or null when there is none.</param>
/// <param name="OffsetMilliseconds">Offset from it, milliseconds.</param>
public sealed record TimeFacts(string? Source, int OffsetMilliseconds);

/// <summary>The virtual machine's generation (VM-GenerationID).</summary>
/// <param name="Identifier">Its identifier, 32 hexadecimal digits; null when the machine is shown none.</param>
public sealed record GenerationFacts(string? Identifier);

/// <summary>A backup in the backup folder.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="TakenAt">When it was taken (UTC).</param>
/// <param name="Good">Whether its own check found it complete.</param>
public sealed record BackupState(string Name, DateTimeOffset TakenAt, bool Good);
