using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>Where the paths of a rehearsed machine lie: <c>D:\VISUS</c> is <c>ROOT/D/VISUS</c>. Names are found without regard to case, as NTFS does. The program folder of this version is the running build's own.</summary>
/// <param name="root">The rehearsal's directory.</param>
/// <param name="programs">The program folder and where its files really lie, or null.</param>
public sealed class RehearsalDrives(string root, (WindowsPath Folder, string Build)? programs)
{
    /// <summary>The rehearsal's directory.</summary>
    public string Root => root;

    /// <summary>Where a path really lies.</summary>
    /// <param name="path">A path of the machine.</param>
    public string Of(WindowsPath path)
    {
        if (programs is { } given && given.Folder.Contains(path) && !given.Folder.Equals(path))
            return ProgramOf(Path.Combine(given.Build, Path.Combine(path.Parts[given.Folder.Parts.Length..])));
        var at = Path.Combine(root, path.Drive[..1]);
        foreach (var part in path.Parts)
            at = Existing(at, part) ?? Path.Combine(at, part);
        return at;
    }

    // An executable of a build on Linux has no .exe.
    private static string ProgramOf(string file) =>
        !File.Exists(file) && file.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? file[..^4] : file;

    private static string? Existing(string folder, string name)
    {
        var exact = Path.Combine(folder, name);
        if (Path.Exists(exact) || !Directory.Exists(folder))
            return exact;
        return Directory.EnumerateFileSystemEntries(folder).FirstOrDefault(entry => Path.GetFileName(entry).Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
