using System.Text.Json.Serialization;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Third-party packages.</summary>
public interface IPackages : IAbility
{
    /// <summary>Installed packages.</summary>
    /// <param name="cancel">Cancels.</param>
    Task<IReadOnlyList<PackageState>> ReadAsync(CancellationToken cancel);

    /// <summary>Whether an installation by Windows Installer is under way: another one would be refused.</summary>
    bool IsInstallerBusy { get; }

    /// <summary>Takes a payload over into the administrators' own folder and checks it there, so that it can be installed later whatever becomes of its source.</summary>
    /// <param name="file">Its file name.</param>
    /// <param name="sha256">The digest that it must have; null refuses on a real machine.</param>
    /// <param name="cancel">Cancels.</param>
    Task TakeOverAsync(string file, Sha256Digest? sha256, CancellationToken cancel);

    /// <summary>Installs a package.</summary>
    /// <param name="id">The payload's id.</param>
    /// <param name="version">Its version.</param>
    /// <param name="file">Its file name.</param>
    /// <param name="sha256">The digest that its file must have; null refuses on a real machine.</param>
    /// <param name="cancel">Cancels.</param>
    Task InstallAsync(string id, string version, string file, Sha256Digest? sha256, CancellationToken cancel);

    /// <summary>Removes a package that we installed; its data stay.</summary>
    /// <param name="id">The payload's id.</param>
    /// <param name="file">Its file name.</param>
    /// <param name="cancel">Cancels.</param>
    Task RemoveAsync(string id, string file, CancellationToken cancel);
}

/// <summary>A third-party package.</summary>
/// <param name="Id">The payload's id.</param>
/// <param name="Version">Installed version.</param>
/// <param name="File">File name of the payload that it was installed from, or null when nobody knows: then this version cannot be installed again.</param>
/// <param name="Sha256">Digest of that file, or null.</param>
public sealed record PackageState(
    string Id,
    string Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Sha256Digest? Sha256 = null);
