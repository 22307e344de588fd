using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>Real folders and files below the rehearsal's directory; their access rights are modelled.</summary>
internal sealed class RehearsalFiles(FactsStore store, RehearsalDrives drives) : IFiles
{
    private const string Inherited = "O:BAG:SYD:AI";

    public Provenance Provenance { get; } = new(Source.Measured, "files of the rehearsal's directory");

    public Provenance RightsProvenance { get; } = new(Source.Modelled, "folder: real; access rights: facts file");

    public Wording? WhyRightsUnknown => null;

    public bool FolderExists(WindowsPath path) => Directory.Exists(drives.Of(path));

    public bool FileExists(WindowsPath path) => File.Exists(drives.Of(path));

    public string? ReadRights(WindowsPath path) =>
        FolderExists(path) ? Rights().FirstOrDefault(r => Same(r, path))?.Sddl ?? Inherited : null;

    public void CreateFolder(WindowsPath path)
    {
        RequireDrive(path);
        Directory.CreateDirectory(drives.Of(path));
    }

    public void WriteRights(WindowsPath path, string sddl) => store.Update(facts => facts with
    {
        FolderRights = sddl == Inherited ? [.. Without(facts.FolderRights, path)] : [.. Without(facts.FolderRights, path), new FolderRights(path.Text, sddl)],
    });

    public bool RemoveFolderIfEmpty(WindowsPath path)
    {
        var folder = drives.Of(path);
        if (Directory.Exists(folder))
        {
            if (Directory.EnumerateFileSystemEntries(folder).Any())
                return false;
            Directory.Delete(folder);
        }

        store.Update(facts => facts with { FolderRights = [.. Without(facts.FolderRights, path)] });
        return true;
    }

    public void RemoveFolderWithContent(WindowsPath path)
    {
        if (Directory.Exists(drives.Of(path)))
            Directory.Delete(drives.Of(path), recursive: true);
        store.Update(facts => facts with { FolderRights = [.. Without(facts.FolderRights, path)] });
    }

    public byte[]? ReadFile(WindowsPath path) => FileExists(path) ? File.ReadAllBytes(drives.Of(path)) : null;

    public void WriteFile(WindowsPath path, byte[] content)
    {
        RequireDrive(path);
        var file = drives.Of(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        DurableFile.Write(file, content);
    }

    public void RemoveFile(WindowsPath path) => File.Delete(drives.Of(path));

    private IReadOnlyList<FolderRights> Rights() => store.Now.FolderRights ?? [];

    private static IEnumerable<FolderRights> Without(IReadOnlyList<FolderRights>? rights, WindowsPath path) => (rights ?? []).Where(r => !Same(r, path));

    private static bool Same(FolderRights rights, WindowsPath path) => rights.Path.Equals(path.Text, StringComparison.OrdinalIgnoreCase);

    private void RequireDrive(WindowsPath path)
    {
        if (store.Now.Volumes is { } volumes && volumes.All(v => v.Drive != path.Drive))
            throw new IOException($"there is no drive {path.Drive}");
    }
}
