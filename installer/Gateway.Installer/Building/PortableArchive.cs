using System.IO.Compression;

namespace Gateway.Installer.Building;

/// <summary>gwctl without an installation, for a preflight on a server that nothing is installed on: a ZIP of the program folder. The same input gives the same bytes.</summary>
internal static class PortableArchive
{
    // The first time that a ZIP can hold ("APPNOTE.TXT", 4.4.6: MS-DOS time).
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes it.</summary>
    /// <param name="folder">The program folder.</param>
    /// <param name="files">Its files.</param>
    /// <param name="version">The product's version: the folder in the archive.</param>
    /// <param name="to">The archive.</param>
    /// <param name="cancel">Cancels.</param>
    public static async Task WriteAsync(string folder, IReadOnlyList<ProductFile> files, string version, string to, CancellationToken cancel)
    {
        await using var stream = File.Create(to);
        await using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach (var file in files)
        {
            var entry = archive.CreateEntry($"gateway-{version}/{file.Name}", CompressionLevel.SmallestSize);
            entry.LastWriteTime = Time;
            await using var content = File.OpenRead(Path.Combine(folder, file.Name));
            await using var packed = await entry.OpenAsync(cancel);
            await content.CopyToAsync(packed, cancel);
        }
    }
}
