using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;
using static Gateway.Provisioning.Machines.Rehearsal.RehearsalMachine;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>What only Windows has, as a facts file: reading reads it, changing changes it. Nothing here happens for real, and everything says so.</summary>
internal sealed class RehearsalModel(FactsStore store, TimeProvider clock)
    : IMachineFacts, IRegistry, IFirewall, IAntivirus, IScheduledTasks, ICertificates, IShares, IPolicies
{
    private const StringComparison IgnoreCase = StringComparison.OrdinalIgnoreCase;

    public Provenance Provenance { get; } = new(Source.Modelled, "facts file");

    public Provenance KeyProvenance => Provenance;

    private MachineFacts Now => store.Now;

    public Task<OperatingSystemFacts> OperatingSystemAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.OperatingSystem, "operatingSystem"));

    public Task<HardwareFacts> HardwareAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Hardware, "hardware"));

    public Task<IReadOnlyList<VolumeFacts>> VolumesAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Volumes, "volumes"));

    public Task<bool> WaitsForRestartAsync(CancellationToken cancel) => Task.FromResult(Now.Updates?.PendingRestart ?? false);

    public Task<UpdateFacts> UpdatesAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Updates, "updates"));

    public Task<TimeFacts> TimeAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Time, "time"));

    public Task<IReadOnlyList<BackupState>> BackupsAsync(WindowsPath folder, CancellationToken cancel) => Task.FromResult(Recorded(Now.Backups, "backups"));

    RegistryValue? IRegistry.Read(string key, string name) => Recorded(Now.Registry, "registry").FirstOrDefault(v => Same(v, key, name));

    public void Write(RegistryValue value) =>
        store.Update(f => f with { Registry = [.. (f.Registry ?? []).Where(v => !Same(v, value.Key, value.Name)), value] });

    public void Remove(string key, string name) =>
        store.Update(f => f with { Registry = [.. (f.Registry ?? []).Where(v => !Same(v, key, name))] });

    Task<FirewallState> IFirewall.ReadAsync(string group, CancellationToken cancel) => Task.FromResult(Recorded(Now.Firewall, "firewall"));

    public Task PutAsync(FirewallRule rule, CancellationToken cancel)
    {
        store.Update(f => f with { Firewall = f.Firewall! with { Rules = [.. f.Firewall.Rules.Where(r => r.Name != rule.Name), rule] } });
        return Task.CompletedTask;
    }

    Task IFirewall.RemoveAsync(string name, CancellationToken cancel)
    {
        store.Update(f => f with { Firewall = f.Firewall! with { Rules = [.. f.Firewall.Rules.Where(r => r.Name != name)] } });
        return Task.CompletedTask;
    }

    public Task SetOutboundDefaultAsync(string profile, bool block, CancellationToken cancel)
    {
        store.Update(f => f with { Firewall = f.Firewall! with { Profiles = [.. f.Firewall.Profiles.Select(p => p.Name == profile ? p with { BlocksOutbound = block } : p)] } });
        return Task.CompletedTask;
    }

    Task<AntivirusState> IAntivirus.ReadAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Antivirus, "antivirus"));

    public Task AddAsync(Exclusion exclusion, CancellationToken cancel)
    {
        // Policy and tamper protection answer with success and change nothing; reading back finds that out.
        if (!Now.Antivirus!.ExclusionsLocked)
            store.Update(f => f with { Antivirus = f.Antivirus! with { Exclusions = [.. Without(f.Antivirus, exclusion), exclusion] } });
        return Task.CompletedTask;
    }

    public Task RemoveAsync(Exclusion exclusion, CancellationToken cancel)
    {
        if (!Now.Antivirus!.ExclusionsLocked)
            store.Update(f => f with { Antivirus = f.Antivirus! with { Exclusions = [.. Without(f.Antivirus, exclusion)] } });
        return Task.CompletedTask;
    }

    Task<IReadOnlyList<ScheduledTaskState>> IScheduledTasks.ReadAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.ScheduledTasks, "scheduledTasks"));

    public Task PutAsync(ScheduledTaskState task, CancellationToken cancel)
    {
        var registered = task with { RegisteredAt = task.RegisteredAt ?? clock.GetUtcNow() };
        store.Update(f => f with { ScheduledTasks = [.. (f.ScheduledTasks ?? []).Where(t => t.Name != task.Name), registered] });
        return Task.CompletedTask;
    }

    Task IScheduledTasks.RemoveAsync(string name, CancellationToken cancel)
    {
        store.Update(f => f with { ScheduledTasks = [.. (f.ScheduledTasks ?? []).Where(t => t.Name != name)] });
        return Task.CompletedTask;
    }

    Task<IReadOnlyList<CertificateState>> ICertificates.ReadAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Certificates, "certificates"));

    public Task<PrivateKeyState?> ReadKeyAsync(string subject, CancellationToken cancel) => Task.FromResult(
        Recorded(Now.Certificates, "certificates").Any(c => c.HasPrivateKey && c.Subject.Contains(subject, IgnoreCase)) ? Recorded(Now.ClientKey, "clientKey") : null);

    public Task<string?> WriteKeyAsync(PrivateKeyState key, CancellationToken cancel)
    {
        if (Now.ClientKey?.Certificate != key.Certificate)
            return Task.FromResult<string?>("the certificate of this key is no longer there");
        store.Update(f => f with { ClientKey = key });
        return Task.FromResult<string?>(null);
    }

    Task<IReadOnlyList<ShareState>> IShares.ReadAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Shares, "shares"));

    public Task<DomainFacts> DomainAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Domain, "domain"));

    public Task<ServiceLogonFacts> ServiceLogonAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.ServiceLogon, "serviceLogon"));

    public Task<ProgramControlFacts> ProgramControlAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.ProgramControl, "programControl"));

    public Task<PowerShellFacts> PowerShellAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.PowerShell, "powerShell"));

    public Task<PowerFacts> PowerAsync(CancellationToken cancel) => Task.FromResult(Recorded(Now.Power, "power"));

    private static IEnumerable<Exclusion> Without(AntivirusState state, Exclusion exclusion) =>
        state.Exclusions.Where(e => e.Kind != exclusion.Kind || !e.Value.Equals(exclusion.Value, IgnoreCase));

    private static bool Same(RegistryValue value, string key, string name) => value.Key.Equals(key, IgnoreCase) && value.Name.Equals(name, IgnoreCase);
}
