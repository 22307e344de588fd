using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Tests.Wrapping;

/// <summary>Files of which one cannot be read any more after some reads.</summary>
internal sealed class ForgetfulFiles(IFiles inner, string name, int goodReads) : IFiles
{
    private int reads;

    public Provenance Provenance => inner.Provenance;

    public Provenance RightsProvenance => inner.RightsProvenance;

    public string? WhyRightsUnknown => inner.WhyRightsUnknown;

    public bool FolderExists(WindowsPath path) => inner.FolderExists(path);

    public bool FileExists(WindowsPath path) => inner.FileExists(path);

    public string? ReadRights(WindowsPath path) => inner.ReadRights(path);

    public void CreateFolder(WindowsPath path) => inner.CreateFolder(path);

    public void WriteRights(WindowsPath path, string sddl) => inner.WriteRights(path, sddl);

    public bool RemoveFolderIfEmpty(WindowsPath path) => inner.RemoveFolderIfEmpty(path);

    public byte[]? ReadFile(WindowsPath path) =>
        path.Text.EndsWith(name, StringComparison.Ordinal) && ++reads > goodReads ? throw new IOException("a virus scanner holds the file") : inner.ReadFile(path);

    public void WriteFile(WindowsPath path, byte[] content) => inner.WriteFile(path, content);

    public void RemoveFile(WindowsPath path) => inner.RemoveFile(path);
}
