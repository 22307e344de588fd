using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Platform = Gateway.Provisioning.Machines.Facts.Platform;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// What Windows says of itself: in the registry, through its drives, through WMI with one question per class, through the Windows Update Agent; its time source is
/// asked the time, and the backup folder is read. Nothing that is decided here rests on a text of the machine's language. An answer is shared within one look.
/// </summary>
internal sealed class WindowsFacts : IMachineFacts
{
    private const string CurrentVersion = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
    private const string ProductOptions = @"SYSTEM\CurrentControlSet\Control\ProductOptions";
    private const string Control = @"SYSTEM\CurrentControlSet\Control";
    private readonly ISystemRegistry registry;
    private readonly SharedAnswer<PSObject> computer;
    private readonly SharedAnswer<HardwareFacts> hardware;
    private readonly SharedAnswer<IReadOnlyList<VolumeFacts>> volumes;
    private readonly SharedAnswer<UpdateFacts> updates;
    private readonly SharedAnswer<TimeFacts> time;
    private readonly ConcurrentDictionary<string, SharedAnswer<IReadOnlyList<BackupState>>> backups = [];

    /// <summary>The facts of a computer.</summary>
    /// <param name="powerShell">Runs the cmdlets.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="drives">Lists the drives.</param>
    /// <param name="agent">The Windows Update Agent.</param>
    /// <param name="sntp">Asks time servers.</param>
    /// <param name="clock">Says when.</param>
    public WindowsFacts(WindowsPowerShell powerShell, ISystemRegistry registry, Func<IReadOnlyList<VolumeFacts>> drives, IUpdateAgent agent, SntpClient sntp, TimeProvider clock)
    {
        this.registry = registry;
        var management = new WindowsManagement(powerShell);
        computer = new(async cancel =>
            await management.AllAsync("Win32_ComputerSystem", ["Manufacturer", "Model", "TotalPhysicalMemory", "PartOfDomain", "Domain"], cancel) is [var system, ..]
                ? system
                : throw new NotAssessableException(new("WMI kennt diesen Rechner nicht", "WMI does not know this computer")));
        hardware = new(async cancel => HardwareOf(await computer.GetAsync(cancel), await management.AllAsync("Win32_Processor", ["NumberOfCores"], cancel)));
        volumes = new(cancel => WindowsVolumes.WithEncryptionAsync(drives(), management, cancel));
        updates = new(async cancel => WindowsUpdates.Of(
            await management.AllAsync("Win32_QuickFixEngineering", ["HotFixID", "InstalledOn"], cancel), await agent.AskAsync(cancel), PendingRestart.IsNoted(registry), clock.GetUtcNow()));
        var source = new WindowsClock(registry, DomainAsync, sntp);
        time = new(source.ReadAsync);
    }

    public Provenance Provenance { get; } = new(Source.Measured, "registry, drive list, Get-CimInstance, Windows Update Agent, time source (SNTP), backup folder");

    public Task<OperatingSystemFacts> OperatingSystemAsync(CancellationToken cancel)
    {
        if (!int.TryParse(registry.Value(CurrentVersion, "CurrentBuildNumber") as string, CultureInfo.InvariantCulture, out var build))
            throw new NotAssessableException(new("die Registry enthält keine Buildnummer", "the registry holds no build number"));
        var type = registry.Value(ProductOptions, "ProductType") is "WinNT" ? ProductType.Client : ProductType.Server;
        return Task.FromResult(new OperatingSystemFacts(build, registry.Value(CurrentVersion, "UBR") as int? ?? 0, type, Environment.Is64BitOperatingSystem));
    }

    public Task<HardwareFacts> HardwareAsync(CancellationToken cancel) => hardware.GetAsync(cancel);

    public Task<IReadOnlyList<VolumeFacts>> VolumesAsync(CancellationToken cancel) => volumes.GetAsync(cancel);

    public Task<UpdateFacts> UpdatesAsync(CancellationToken cancel) => updates.GetAsync(cancel);

    public async Task<bool> WaitsForRestartAsync(CancellationToken cancel)
    {
        if (PendingRestart.IsNoted(registry))
            return true;
        try
        {
            return (await updates.GetAsync(cancel)).PendingRestart;
        }
        catch (Exception e) when (e is NotAssessableException or RefusedException)
        {
            return false; // OS-2 says that the Update Agent cannot be asked
        }
    }

    public Task<TimeFacts> TimeAsync(CancellationToken cancel) => time.GetAsync(cancel);

    public Task<IReadOnlyList<BackupState>> BackupsAsync(WindowsPath folder, CancellationToken cancel) =>
        backups.GetOrAdd(folder.Text, path => new(token => Task.Run(() => BackupsInFolder.Read(path), token))).GetAsync(cancel);

    /// <summary>The next questions go to the machine itself.</summary>
    public void Forget()
    {
        computer.Forget();
        hardware.Forget();
        volumes.Forget();
        updates.Forget();
        time.Forget();
        backups.Clear();
    }

    // "Win32_Processor class": NumberOfCores is of one processor, and there is one instance per socket. "Win32_ComputerSystem class": TotalPhysicalMemory is in bytes.
    // Windows writes ContainerType where it is a container (dotnet/runtime, PlatformDetection.IsInContainer).
    private HardwareFacts HardwareOf(PSObject system, IReadOnlyList<PSObject> processors)
    {
        var (maker, model) = (system.Text("Manufacturer").Trim(), system.Text("Model").Trim());
        var cores = processors.Sum(processor => processor.Number("NumberOfCores") ?? 0);
        if (cores == 0 || system.Number("TotalPhysicalMemory") is not { } memory)
            throw new NotAssessableException(new("WMI nennt keine Kerne oder keinen Arbeitsspeicher", "WMI names no cores or no memory"));
        var platform = registry.Value(Control, "ContainerType") is not null ? Platform.Container : Hypervisors.IsVirtual(maker, model) ? Platform.Virtual : Platform.Physical;
        return new HardwareFacts((int)cores, memory, platform, platform == Platform.Virtual ? $"{maker} {model}".Trim() : null);
    }

    /// <summary>The domain that the computer is a member of, or null.</summary>
    /// <param name="cancel">Cancels.</param>
    public async Task<string?> DomainAsync(CancellationToken cancel)
    {
        var system = await computer.GetAsync(cancel);
        return system.Flag("PartOfDomain") == true ? system.Text("Domain") : null;
    }
}
