using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Tests.Wrapping;

/// <summary>Files of which a test is told before one is written or removed, as a running service would be that holds it.</summary>
/// <param name="inner">The files.</param>
/// <param name="beforeChange">Told the file.</param>
internal sealed class WatchedFiles(IFiles inner, Action<WindowsPath> beforeChange) : IFiles
{
    public Provenance Provenance => inner.Provenance;

    public Provenance RightsProvenance => inner.RightsProvenance;

    public string? WhyRightsUnknown => inner.WhyRightsUnknown;

    public bool FolderExists(WindowsPath path) => inner.FolderExists(path);

    public bool FileExists(WindowsPath path) => inner.FileExists(path);

    public string? ReadRights(WindowsPath path) => inner.ReadRights(path);

    public void CreateFolder(WindowsPath path) => inner.CreateFolder(path);

    public void WriteRights(WindowsPath path, string sddl) => inner.WriteRights(path, sddl);

    public bool RemoveFolderIfEmpty(WindowsPath path) => inner.RemoveFolderIfEmpty(path);

    public byte[]? ReadFile(WindowsPath path) => inner.ReadFile(path);

    public void WriteFile(WindowsPath path, byte[] content)
    {
        beforeChange(path);
        inner.WriteFile(path, content);
    }

    public void RemoveFile(WindowsPath path)
    {
        beforeChange(path);
        inner.RemoveFile(path);
    }
}
