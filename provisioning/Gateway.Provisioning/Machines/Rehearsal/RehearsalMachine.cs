using System.Text.Json;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>
/// A machine inside one directory. Drives are folders, files are files, and where asked for, services are processes; what only Windows has is a facts file
/// that apply keeps up to date, and is labelled so in plan and report.
/// </summary>
public sealed class RehearsalMachine : IMachine
{
    private readonly FactsStore store;
    private readonly RehearsalDrives drives;
    private readonly ServiceProcesses? processes;
    private readonly Appliance appliance;
    private readonly RehearsalServices services;

    /// <summary>A rehearsed machine.</summary>
    /// <param name="root">Its directory.</param>
    /// <param name="store">Its facts.</param>
    /// <param name="appliance">Names the hosts of the rehearsal and the program folder.</param>
    /// <param name="clock">Says when.</param>
    /// <param name="build">Where the program files of this version lie, or null when there are none.</param>
    /// <param name="runProcesses">Whether services whose program exists run as processes.</param>
    public RehearsalMachine(string root, FactsStore store, Appliance appliance, TimeProvider clock, string? build, bool runProcesses)
    {
        this.store = store;
        this.appliance = appliance;
        drives = new RehearsalDrives(root, build is null ? null : (appliance.Gateway.ProgramFolderOfThisVersion(), build));
        processes = runProcesses ? new ServiceProcesses(drives) : null;
        Files = new RehearsalFiles(store, drives);
        services = new RehearsalServices(store, processes);
        Services = services;
        MonitoringAgent = new RehearsalAgent(store, Files, this);
        var model = new RehearsalModel(store, clock);
        Facts = model;
        Generation = new RehearsalGeneration(store, StateRoot);
        Registry = model;
        Firewall = model;
        Antivirus = model;
        ScheduledTasks = model;
        Packages = new RehearsalPackages(store, drives);
        Certificates = model;
        Shares = model;
        Policies = model;
        Secrets = new RehearsalSecrets(store);
        Network = new RehearsalNetwork(store, appliance.Rehearsal.Hosts, appliance.Mail.Authority.Sha256);
        Gateway = new RehearsalGateway(store, processes);
    }

    /// <summary>The facts of a machine as delivered, on which a rehearsal starts when nobody names a facts file.</summary>
    /// <param name="clock">Says when.</param>
    public static MachineFacts AsDelivered(TimeProvider clock)
    {
        var facts = JsonSerializer.Deserialize<MachineFacts>(EmbeddedFiles.Text("server-2022.facts.json"), ManifestJson.Compact)!;
        var now = clock.GetUtcNow();
        return facts with { RecordedAt = now, Updates = facts.Updates! with { NewestInstalledOn = DateOnly.FromDateTime(now.UtcDateTime.AddDays(-7)) } };
    }

    /// <inheritdoc/>
    public string Name => store.Now.Machine;

    /// <inheritdoc/>
    public bool IsRehearsal => true;

    /// <summary>Where a path of the machine really lies: in the rehearsal's directory, and the product's own programs where they were built.</summary>
    /// <param name="path">A path of the machine.</param>
    public string Locate(WindowsPath path) => drives.Of(path);

    /// <inheritdoc/>
    public string StateRoot => drives.Of(ManifestPaths.StateRoot);

    /// <summary>The state root of a machine that is rehearsed in a directory.</summary>
    /// <param name="root">The directory.</param>
    public static string StateRootIn(string root) => new RehearsalDrives(root, programs: null).Of(ManifestPaths.StateRoot);

    /// <summary>The processes that stand for services, or null when services are only modelled.</summary>
    public ServiceProcesses? Processes => processes;

    /// <inheritdoc/>
    public IMachineFacts Facts { get; }

    /// <inheritdoc/>
    public IGeneration Generation { get; }

    /// <inheritdoc/>
    public IFiles Files { get; }

    /// <inheritdoc/>
    public IRegistry Registry { get; }

    /// <inheritdoc/>
    public IServices Services { get; }

    /// <inheritdoc/>
    public IFirewall Firewall { get; }

    /// <inheritdoc/>
    public IAntivirus Antivirus { get; }

    /// <inheritdoc/>
    public IScheduledTasks ScheduledTasks { get; }

    /// <inheritdoc/>
    public IPackages Packages { get; }

    /// <inheritdoc/>
    public ICertificates Certificates { get; }

    /// <inheritdoc/>
    public IShares Shares { get; }

    /// <inheritdoc/>
    public INetwork Network { get; }

    /// <inheritdoc/>
    public IMonitoringAgent MonitoringAgent { get; }

    /// <inheritdoc/>
    public IPolicies Policies { get; }

    /// <inheritdoc/>
    public ISecrets Secrets { get; }

    /// <inheritdoc/>
    public IGatewayHealth Gateway { get; }

    /// <summary>What a recorded section holds; an absent one cannot be assessed.</summary>
    /// <typeparam name="T">The section.</typeparam>
    /// <param name="section">The section.</param>
    /// <param name="name">Its name.</param>
    internal static T Recorded<T>(T? section, string name)
        where T : class => section ?? throw new NotAssessableException(new($"die Faktendatei enthält „{name}“ nicht", $"the facts file does not hold '{name}'"));

    /// <inheritdoc/>
    public void EnsureStateRoot()
    {
        StateRootFolders.Ensure(Files, appliance);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(StateRoot, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <inheritdoc/>
    public void LookAfresh()
    {
        // Nothing is shared here: the facts store is asked each time.
    }

    /// <summary>Switches the machine on: services that start by themselves do, as on Windows. One that cannot is stopped, and the plan says so.</summary>
    /// <param name="cancel">Cancels.</param>
    public Task SwitchOnAsync(CancellationToken cancel) => services.SwitchOnAsync(cancel);

    /// <summary>Shuts the machine down. Whoever looks at it later sees it as it will be when it is on again: what starts by itself runs.</summary>
    public Task ShutDownAsync() => services.ShutDownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (processes is not null)
            await processes.DisposeAsync();
    }
}
