using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Abilities that this version does not have on Windows yet. Each says so, and whatever rests on it is <c>not assessed</c> and not planned.</summary>
internal sealed class NotOnWindowsYet : IPackages
{
    private static readonly Wording InstalledPackages = new("Paketen", "packages");

    public Provenance Provenance { get; } = new(Source.Measured, "not available in this version");

    Task<IReadOnlyList<PackageState>> IPackages.ReadAsync(CancellationToken cancel) => throw Missing(InstalledPackages);

    Task IPackages.InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel) => throw Missing(InstalledPackages);

    Task IPackages.RemoveAsync(string id, string file, CancellationToken cancel) => throw Missing(InstalledPackages);

    internal static NotAssessableException Missing(Wording what) =>
        new(new($"diese Version des Produkts kann unter Windows noch nicht nach {what.German} fragen", $"this version of the product cannot ask about {what} on Windows yet"));
}
