using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Provisioning.Machines.Facts;

namespace Gateway.Provisioning.Machines;

/// <summary>
/// Backups as the gateway's nightly task leaves them: a folder bears the time as its name once it is complete, and its <c>backup.json</c> holds the digest of
/// every file. What is read here is held to what the gateway writes by a test of the architecture.
/// </summary>
public static class BackupsInFolder
{
    private const string NameFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string TableOfContents = "backup.json";

    /// <summary>Every finished backup, each checked against its own digests. A folder of another name is none.</summary>
    /// <param name="folder">The backup folder; one that does not exist holds none.</param>
    /// <exception cref="NotAssessableException">It must not be read.</exception>
    public static IReadOnlyList<BackupState> Read(string folder)
    {
        try
        {
            return !Directory.Exists(folder) ? [] : [.. Directory.EnumerateDirectories(folder)
                .Select(path => (Path: path, TakenAt: TakenAt(Path.GetFileName(path))))
                .Where(found => found.TakenAt is not null)
                .Select(found => new BackupState(Path.GetFileName(found.Path), found.TakenAt!.Value, IsGood(found.Path)))
                .OrderBy(backup => backup.TakenAt)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotAssessableException(new($"der Backup-Ordner lässt sich nicht lesen: {e.Message}", $"the backup folder cannot be read: {e.Message}"));
        }
    }

    /// <summary>When a backup was taken, UTC, by the name of its folder; null where that is no finished backup's.</summary>
    /// <param name="name">The name of the folder.</param>
    public static DateTimeOffset? TakenAt(string name) =>
        DateTimeOffset.TryParseExact(name, NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static bool IsGood(string backup)
    {
        try
        {
            using var contents = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(backup, TableOfContents)));
            var files = contents.RootElement.GetProperty("files").EnumerateArray()
                .Select(file => (Name: file.GetProperty("name").GetString() ?? "", Digest: file.GetProperty("sha256").GetString())).ToList();
            return files.Count > 0 && files.TrueForAll(file => Path.GetFileName(file.Name) == file.Name && DigestOf(Path.Combine(backup, file.Name)).Equals(file.Digest, StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false; // what cannot be read cannot be put back either
        }
    }

    private static string DigestOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
