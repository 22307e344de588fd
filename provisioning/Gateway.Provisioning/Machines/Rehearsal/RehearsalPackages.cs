using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>Packages of a rehearsal: no installer runs; what one would leave behind is modelled. The monitoring agent's makes a service and its folders, the database's archive only its files.</summary>
internal sealed class RehearsalPackages(FactsStore store, RehearsalDrives drives) : IPackages
{
    public Provenance Provenance { get; } = new(Source.Modelled, "facts file");

    public Task<IReadOnlyList<PackageState>> ReadAsync(CancellationToken cancel) => Task.FromResult(RehearsalMachine.Recorded(store.Now.Packages, "packages"));

    public bool IsInstallerBusy => false;

    public Task TakeOverAsync(string file, Sha256Digest? sha256, CancellationToken cancel) => Task.CompletedTask;

    public Task InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel)
    {
        var service = IsAgent(file)
            ? new ServiceState(CheckmkAgent.ServiceName, "Checkmk Service", $"\"{CheckmkAgent.Program}\"", "LocalSystem", ServiceStart.Automatic, true, [], Running: true, version)
            : null;
        if (service is not null)
            Directory.CreateDirectory(drives.Of(CheckmkAgent.LocalChecks));
        store.Update(f => f with
        {
            Packages = [.. (f.Packages ?? []).Where(p => p.Id != id), new PackageState(id, version, file, sha256)],
            Services = service is null ? f.Services : [.. (f.Services ?? []).Where(s => s.Name != service.Name), service],
        });
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string id, string file, CancellationToken cancel)
    {
        var agent = IsAgent(file);
        if (agent)
            RemoveWhileEmpty(CheckmkAgent.LocalChecks);
        store.Update(f => f with
        {
            Packages = [.. (f.Packages ?? []).Where(p => p.Id != id)],
            Services = agent ? [.. (f.Services ?? []).Where(s => s.Name != CheckmkAgent.ServiceName)] : f.Services,
        });
        return Task.CompletedTask;
    }

    private static bool IsAgent(string file) => file.StartsWith(CheckmkAgent.PackagePrefix, StringComparison.OrdinalIgnoreCase);

    private void RemoveWhileEmpty(WindowsPath path)
    {
        for (var at = path; ; at = at.Parent!.Value)
        {
            var folder = drives.Of(at);
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                return;
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            if (at.Parts.Length == 1)
                return;
        }
    }
}
