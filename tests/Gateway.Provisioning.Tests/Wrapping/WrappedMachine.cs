using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Tests.Wrapping;

/// <summary>A machine around another, in which a test puts an ability of its own.</summary>
internal sealed class WrappedMachine(IMachine inner) : IMachine
{
    public string Name => inner.Name;

    public bool IsRehearsal => inner.IsRehearsal;

    public string StateRoot => inner.StateRoot;

    public IMachineFacts Facts => inner.Facts;

    public IGeneration Generation => inner.Generation;

    public IFiles Files { get; init; } = inner.Files;

    public IRegistry Registry => inner.Registry;

    public IServices Services { get; init; } = inner.Services;

    public IFirewall Firewall { get; init; } = inner.Firewall;

    public IAntivirus Antivirus { get; init; } = inner.Antivirus;

    public IScheduledTasks ScheduledTasks { get; init; } = inner.ScheduledTasks;

    public IPackages Packages { get; init; } = inner.Packages;

    public ICertificates Certificates => inner.Certificates;

    public IShares Shares => inner.Shares;

    public INetwork Network { get; init; } = inner.Network;

    public IMonitoringAgent MonitoringAgent => inner.MonitoringAgent;

    public IPolicies Policies => inner.Policies;

    public ISecrets Secrets => inner.Secrets;

    public IGatewayHealth Gateway => inner.Gateway;

    public void EnsureStateRoot() => inner.EnsureStateRoot();

    public void LookAfresh() => inner.LookAfresh();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
