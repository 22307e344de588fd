namespace Gateway.Service.Configuration;

/// <summary>
/// Where the drives are. On Windows they are themselves; in a rehearsal, and on a machine without drive letters, each is a folder of its
/// letter's name under one root: <c>E:\a\b</c> is <c>ROOT/E/a/b</c>.
/// </summary>
/// <param name="root">The folder of the drives; null on Windows.</param>
internal sealed class DriveMap(string? root)
{
    /// <summary>Whether the drives are those of this machine, which is Windows then.</summary>
    public bool AreReal => root is null;

    public string Resolve(WindowsPath path) =>
        root is null ? path.ToString() : Path.Combine([root, path.Drive.ToString(), .. path.Segments]);

    /// <summary>A path of the command line: a Windows path lies on the drives, any other is this machine's own.</summary>
    public string Resolve(string path) => root is not null && WindowsPath.TryParse(path, out var windows) ? Resolve(windows) : path;
}
