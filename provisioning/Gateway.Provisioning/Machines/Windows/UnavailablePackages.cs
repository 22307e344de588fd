using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Packages, for which this version cannot ask on Windows yet. It says so, and whatever rests on them is <c>not assessed</c> and not planned.</summary>
internal sealed class UnavailablePackages : IPackages
{
    public Provenance Provenance { get; } = new(Source.Measured, "not available in this version");

    public Task<IReadOnlyList<PackageState>> ReadAsync(CancellationToken cancel) => throw Missing();

    public Task InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel) => throw Missing();

    public Task RemoveAsync(string id, string file, CancellationToken cancel) => throw Missing();

    private static NotAssessableException Missing() =>
        new(new("diese Version des Produkts kann unter Windows noch nicht nach Paketen fragen", "this version of the product cannot ask about packages on Windows yet"));
}
