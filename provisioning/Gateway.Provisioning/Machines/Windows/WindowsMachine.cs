using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Windows.Packages;
using Gateway.Provisioning.Manifest;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>This computer, when it runs Windows. What this version cannot read yet says so and is <c>not assessed</c>.</summary>
[SupportedOSPlatform("windows")]
public sealed class WindowsMachine : IMachine
{
    private readonly WindowsPowerShell powerShell = new(null);
    private readonly WindowsFacts facts;
    private readonly WindowsServices services;
    private readonly WindowsFirewall firewall;
    private readonly WindowsScheduledTasks scheduledTasks;
    private readonly WindowsNetwork network;
    private readonly WindowsAntivirus antivirus;
    private readonly WindowsPolicies policies;
    private readonly Appliance appliance;

    /// <summary>This computer.</summary>
    /// <param name="appliance">Names what is managed.</param>
    /// <param name="ownService">The service that this program runs as, or null.</param>
    public WindowsMachine(Appliance appliance, string? ownService = null)
    {
        ArgumentNullException.ThrowIfNull(appliance);
        this.appliance = appliance;
        facts = new WindowsFacts(powerShell, new SystemRegistry(), WindowsVolumes.Drives, new WindowsUpdateAgent(), new SntpClient(TimeProvider.System), TimeProvider.System);
        Facts = facts;
        Generation = new WindowsGeneration(StateRoot);
        Files = new WindowsFiles();
        Registry = new WindowsRegistry();
        services = new WindowsServices([appliance.Gateway.ServiceName, appliance.Database.ServiceName, ProvisioningService.Name], ownService);
        Services = services;
        firewall = new WindowsFirewall(powerShell);
        Firewall = firewall;
        antivirus = new WindowsAntivirus(powerShell, Registry, Services, new SecurityCenter(new WindowsManagement(powerShell)).ReadAsync, MachineVariables.Value);
        Antivirus = antivirus;
        scheduledTasks = new WindowsScheduledTasks(powerShell, TimeProvider.System, ServiceAccounts.Resolve);
        ScheduledTasks = scheduledTasks;
        Certificates = new WindowsCertificates();
        Shares = new WindowsShares(powerShell);
        network = new WindowsNetwork(appliance.Mail, ProbeTarget.Of(appliance.Mail, appliance.Monitoring), appliance.Gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe"), appliance.Gateway.ServiceName);
        Network = network;
        var secrets = new WindowsSecrets(Path.Combine(StateRoot, "secrets"), new Dictionary<string, string> { [DatabaseSecrets.Gateway] = appliance.Gateway.ServiceName });
        Secrets = secrets;
        MonitoringAgent = new WindowsMonitoringAgent(CheckmkAgent.Controller.Text, new AgentRegistrar(CheckmkAgent.Controller.Text, () => new ConsoleKeyboard()), secrets.Reveal);
        Packages = new WindowsPackages(appliance, StateRoot, Services, secrets);
        policies = new WindowsPolicies(powerShell, new SystemRegistry(), facts.DomainAsync, UserRights.HoldersOf, Services.ReadAsync, PowerPlan.Read);
        Policies = policies;
        Gateway = new WindowsGateway();
    }

    /// <inheritdoc/>
    public string Name => Environment.MachineName;

    /// <inheritdoc/>
    public bool IsRehearsal => false;

    /// <inheritdoc/>
    public string StateRoot => ManifestPaths.StateRoot.Text;

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

    /// <inheritdoc/>
    public void EnsureStateRoot() => StateRootFolders.Ensure(Files, appliance);

    /// <inheritdoc/>
    public void LookAfresh()
    {
        facts.Forget();
        services.Forget();
        firewall.Forget();
        scheduledTasks.Forget();
        network.Forget();
        antivirus.Forget();
        policies.Forget();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        powerShell.Dispose();
        return ValueTask.CompletedTask;
    }
}
