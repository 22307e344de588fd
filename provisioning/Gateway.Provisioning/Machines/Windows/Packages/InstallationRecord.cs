using System.Text.Json;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows.Packages;

/// <summary>What the product installed from which payload. Without one, what is installed is somebody else's.</summary>
/// <param name="Version">The version, in the package's own words.</param>
/// <param name="File">File name of the payload.</param>
/// <param name="Sha256">Its digest.</param>
/// <param name="Entries">What was laid into the program folder, by name.</param>
/// <param name="Program">Digest of the program that was laid there.</param>
/// <param name="ProductCode">Windows Installer's product code.</param>
internal sealed record InstallationRecord(string Version, string File, Sha256Digest Sha256, IReadOnlyList<string>? Entries = null, Sha256Digest? Program = null, string? ProductCode = null)
{
    /// <summary>Reads one; null when there is none.</summary>
    /// <param name="path">Its file.</param>
    public static InstallationRecord? Read(string path) =>
        System.IO.File.Exists(path) ? JsonSerializer.Deserialize<InstallationRecord>(System.IO.File.ReadAllBytes(path), ManifestJson.Compact) : null;

    /// <summary>Forgets it, where there is one.</summary>
    /// <param name="path">Its file.</param>
    public static void Forget(string path)
    {
        if (System.IO.File.Exists(path))
            System.IO.File.Delete(path);
    }

    /// <summary>Writes it.</summary>
    /// <param name="path">Its file.</param>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Indented));
    }
}
