namespace Gateway.Service.Tests.Running;

/// <summary>Copies a folder in which a gateway works, as a crash would leave it.</summary>
internal static class FolderCopy
{
    /// <summary>Copies the files of a folder and of those in it, with their times. What goes while it is read is not in the copy.</summary>
    /// <param name="from">The folder, which need not be there.</param>
    /// <param name="to">The copy.</param>
    /// <param name="isWanted">Which files; all where it is null.</param>
    public static void Copy(string from, string to, Func<FileInfo, bool>? isWanted = null)
    {
        foreach (var path in FilesIn(from))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            try
            {
                if (isWanted is not null && !isWanted(new FileInfo(path)))
                    continue;
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                using (var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
                using (var copy = File.Create(target))
                    source.CopyTo(copy);
                File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(path));
            }
            catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
            {
                // it was renamed or removed meanwhile
            }
        }
    }

    private static IReadOnlyList<string> FilesIn(string folder)
    {
        try
        {
            return [.. Directory.GetFiles(folder), .. Directory.GetDirectories(folder).SelectMany(FilesIn)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
