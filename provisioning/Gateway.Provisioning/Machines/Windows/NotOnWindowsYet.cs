using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Abilities that this version does not have on Windows yet. Each says so, and whatever rests on it is <c>not assessed</c> and not planned.</summary>
internal sealed class NotOnWindowsYet : IAntivirus, IScheduledTasks, IPackages, ICertificates, IShares, INetwork, IMonitoringAgent, ISecrets
{
    public Provenance Provenance { get; } = new(Source.Measured, "not available in this version");

    Task<AntivirusState> IAntivirus.ReadAsync(CancellationToken cancel) => throw Missing("virus scanners");

    Task IAntivirus.AddAsync(Exclusion exclusion, CancellationToken cancel) => throw Missing("virus scanners");

    Task IAntivirus.RemoveAsync(Exclusion exclusion, CancellationToken cancel) => throw Missing("virus scanners");

    Task<IReadOnlyList<ScheduledTaskState>> IScheduledTasks.ReadAsync(CancellationToken cancel) => throw Missing("scheduled tasks");

    Task IScheduledTasks.PutAsync(ScheduledTaskState task, CancellationToken cancel) => throw Missing("scheduled tasks");

    Task IScheduledTasks.RemoveAsync(string name, CancellationToken cancel) => throw Missing("scheduled tasks");

    Task<IReadOnlyList<PackageState>> IPackages.ReadAsync(CancellationToken cancel) => throw Missing("packages");

    Task IPackages.InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel) => throw Missing("packages");

    Task IPackages.RemoveAsync(string id, string file, CancellationToken cancel) => throw Missing("packages");

    Task<IReadOnlyList<CertificateState>> ICertificates.ReadAsync(CancellationToken cancel) => throw Missing("certificates");

    Task<IReadOnlyList<ShareState>> IShares.ReadAsync(CancellationToken cancel) => throw Missing("shares");

    Task<IReadOnlyList<ListenerState>> INetwork.ListenersAsync(CancellationToken cancel) => throw Missing("listeners");

    Task<ProbeResult> INetwork.ProbeAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel) => throw Missing("servers of the network");

    Task<MonitoringState> IMonitoringAgent.ReadAsync(CancellationToken cancel) => throw Missing("the monitoring agent");

    Task IMonitoringAgent.RegisterAsync(string server, string user, SecretReference secret, CancellationToken cancel) => throw Missing("the monitoring agent");

    Task IMonitoringAgent.UnregisterAsync(CancellationToken cancel) => throw Missing("the monitoring agent");

    string? ISecrets.WhyUnreachable(SecretReference reference) => throw Missing("secrets");

    internal static NotAssessableException Missing(string what) => new($"this version of the product cannot ask about {what} on Windows yet");
}
