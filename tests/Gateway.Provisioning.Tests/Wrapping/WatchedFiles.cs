using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Tests.Wrapping;

/// <summary>Files of which a test is told before one is read, written or removed; it may throw, as when somebody holds the file.</summary>
/// <param name="inner">The files.</param>
internal sealed class WatchedFiles(IFiles inner) : IFiles
{
    /// <summary>Told the file that is about to be read.</summary>
    public Action<WindowsPath> BeforeRead { get; init; } = _ => { };

    /// <summary>Told the file that is about to be written or removed.</summary>
    public Action<WindowsPath> BeforeChange { get; init; } = _ => { };

    public Provenance Provenance => inner.Provenance;

    public Provenance RightsProvenance => inner.RightsProvenance;

    public Wording? WhyRightsUnknown => inner.WhyRightsUnknown;

    public bool FolderExists(WindowsPath path) => inner.FolderExists(path);

    public bool FileExists(WindowsPath path) => inner.FileExists(path);

    public string? ReadRights(WindowsPath path) => inner.ReadRights(path);

    public void CreateFolder(WindowsPath path) => inner.CreateFolder(path);

    public void WriteRights(WindowsPath path, string sddl) => inner.WriteRights(path, sddl);

    public bool RemoveFolderIfEmpty(WindowsPath path) => inner.RemoveFolderIfEmpty(path);

    public void RemoveFolderWithContent(WindowsPath path) => inner.RemoveFolderWithContent(path);

    public byte[]? ReadFile(WindowsPath path)
    {
        BeforeRead(path);
        return inner.ReadFile(path);
    }

    public void WriteFile(WindowsPath path, byte[] content)
    {
        BeforeChange(path);
        inner.WriteFile(path, content);
    }

    public void RemoveFile(WindowsPath path)
    {
        BeforeChange(path);
        inner.RemoveFile(path);
    }
}
