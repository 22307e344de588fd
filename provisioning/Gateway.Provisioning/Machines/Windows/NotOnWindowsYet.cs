using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Abilities that this version does not have on Windows yet. Each says so, and whatever rests on it is <c>not assessed</c> and not planned.</summary>
internal sealed class NotOnWindowsYet : IAntivirus, IPackages, ICertificates, INetwork, IMonitoringAgent, ISecrets
{
    private static readonly Wording Scanners = new("Virenscannern", "virus scanners");
    private static readonly Wording InstalledPackages = new("Paketen", "packages");
    private static readonly Wording StoredCertificates = new("Zertifikaten", "certificates");
    private static readonly Wording Listeners = new("lauschenden Ports", "listeners");
    private static readonly Wording Servers = new("Servern des Netzes", "servers of the network");
    private static readonly Wording Agent = new("dem Monitoring-Agenten", "the monitoring agent");
    private static readonly Wording StoredSecrets = new("Geheimnissen", "secrets");

    public Provenance Provenance { get; } = new(Source.Measured, "not available in this version");

    Task<AntivirusState> IAntivirus.ReadAsync(CancellationToken cancel) => throw Missing(Scanners);

    Task IAntivirus.AddAsync(Exclusion exclusion, CancellationToken cancel) => throw Missing(Scanners);

    Task IAntivirus.RemoveAsync(Exclusion exclusion, CancellationToken cancel) => throw Missing(Scanners);

    Task<IReadOnlyList<PackageState>> IPackages.ReadAsync(CancellationToken cancel) => throw Missing(InstalledPackages);

    Task IPackages.InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel) => throw Missing(InstalledPackages);

    Task IPackages.RemoveAsync(string id, string file, CancellationToken cancel) => throw Missing(InstalledPackages);

    Task<IReadOnlyList<CertificateState>> ICertificates.ReadAsync(CancellationToken cancel) => throw Missing(StoredCertificates);

    Task<IReadOnlyList<ListenerState>> INetwork.ListenersAsync(CancellationToken cancel) => throw Missing(Listeners);

    Task<ProbeResult> INetwork.ProbeAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel) => throw Missing(Servers);

    Task<MonitoringState> IMonitoringAgent.ReadAsync(CancellationToken cancel) => throw Missing(Agent);

    Task IMonitoringAgent.RegisterAsync(string server, string user, SecretReference secret, CancellationToken cancel) => throw Missing(Agent);

    Task IMonitoringAgent.UnregisterAsync(CancellationToken cancel) => throw Missing(Agent);

    Wording? ISecrets.WhyUnreachable(SecretReference reference) => throw Missing(StoredSecrets);

    internal static NotAssessableException Missing(Wording what) =>
        new(new($"diese Version des Produkts kann unter Windows noch nicht nach {what.German} fragen", $"this version of the product cannot ask about {what} on Windows yet"));
}
