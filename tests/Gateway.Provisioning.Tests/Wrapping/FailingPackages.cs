using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Tests.Wrapping;

/// <summary>Packages of which one cannot be installed.</summary>
internal sealed class FailingPackages(IPackages inner, string failing) : IPackages
{
    public Provenance Provenance => inner.Provenance;

    public bool IsInstallerBusy => inner.IsInstallerBusy;

    public Task TakeOverAsync(string file, Sha256Digest? sha256, CancellationToken cancel) => inner.TakeOverAsync(file, sha256, cancel);

    public Task<IReadOnlyList<PackageState>> ReadAsync(CancellationToken cancel) => inner.ReadAsync(cancel);

    public Task InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel) =>
        id == failing ? throw new InvalidOperationException("the installer ended with 1603") : inner.InstallAsync(id, version, file, sha256, cancel);

    public Task RemoveAsync(string id, string file, CancellationToken cancel) => inner.RemoveAsync(id, file, cancel);
}
