using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Microsoft.Data.Sqlite;

namespace Gateway.Service.Backups;

/// <summary>
/// The promise of a backup: a folder that bears its time as its name is complete, because it got that name last; what it holds is checked against the
/// digests in it; and whatever is removed for its age, the last good one stays. It holds the configuration, the ledger and an embedded database, never images: those are delivered, not archived.
/// </summary>
/// <param name="folder">The folder that holds the backups.</param>
/// <param name="time">Says when.</param>
internal sealed class BackupFolder(string folder, TimeProvider time)
{
    private const string NameFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string Unfinished = ".new";
    private const string TableOfContents = "backup.json";

    /// <summary>Takes a backup; returns its folder.</summary>
    /// <param name="configurationFile">The configuration.</param>
    /// <param name="ledgerFolder">Where the ledger lies.</param>
    /// <param name="databaseFile">SQLite's file; null where the database is a server's.</param>
    public string Take(string configurationFile, string ledgerFolder, string? databaseFile)
    {
        var name = time.GetUtcNow().ToString(NameFormat, CultureInfo.InvariantCulture);
        var unfinished = Directory.CreateDirectory(Path.Combine(folder, name + Unfinished)).FullName;
        File.Copy(configurationFile, Path.Combine(unfinished, "gateway.json"), overwrite: true);
        if (Directory.Exists(ledgerFolder))
            CopyLedger(ledgerFolder, unfinished);
        if (databaseFile is not null)
            CopyDatabase(databaseFile, Path.Combine(unfinished, "index.db"));
        var files = Directory.EnumerateFiles(unfinished).Where(file => Path.GetFileName(file) != TableOfContents)
            .Select(file => new BackupFile(Path.GetFileName(file), new FileInfo(file).Length, DigestOf(file))).OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        Write(Path.Combine(unfinished, TableOfContents), JsonSerializer.SerializeToUtf8Bytes(new BackupContents(1, HealthEndpoint.Version, time.GetUtcNow(), files), ConfigurationFormat.Options));
        foreach (var file in files)
            Flush(Path.Combine(unfinished, file.Name));
        var finished = Path.Combine(folder, name);
        Directory.Move(unfinished, finished);
        return finished;
    }

    /// <summary>Copies a backup to another storage, and believes it only after reading it back.</summary>
    public static void CopyTo(string backup, string other)
    {
        var target = Path.Combine(other, Path.GetFileName(backup));
        var unfinished = Directory.CreateDirectory(target + Unfinished).FullName;
        foreach (var file in Directory.EnumerateFiles(backup))
            File.Copy(file, Path.Combine(unfinished, Path.GetFileName(file)), overwrite: true);
        if (!IsGood(unfinished))
            throw new IOException($"the copy in {unfinished} does not have the digests of the backup");
        Directory.Move(unfinished, target);
    }

    /// <summary>Removes what is older than it need be, and what an interrupted backup left; the last good one stays.</summary>
    public IReadOnlyList<string> Prune(int keepDays)
    {
        var oldest = time.GetUtcNow().AddDays(-keepDays);
        var all = Directory.EnumerateDirectories(folder).Select(path => (Path: path, TakenAt: TakenAt(Path.GetFileName(path)))).ToList();
        var lastGood = all.Where(b => b.TakenAt is not null).OrderByDescending(b => b.TakenAt).FirstOrDefault(b => IsGood(b.Path)).Path;
        var removed = all.Where(b => b.Path != lastGood && (b.TakenAt < oldest || IsUnfinished(b.Path))).Select(b => b.Path).ToList();
        foreach (var path in removed)
            Directory.Delete(path, recursive: true);
        return removed;
    }

    /// <summary>Whether a backup holds what its table of contents says.</summary>
    public static bool IsGood(string backup)
    {
        try
        {
            var contents = JsonSerializer.Deserialize<BackupContents>(File.ReadAllBytes(Path.Combine(backup, TableOfContents)), ConfigurationFormat.Options)!;
            return contents.Files.All(file => Path.GetFileName(file.Name) == file.Name && DigestOf(Path.Combine(backup, file.Name)) == file.Sha256);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }

    // It only grows: a line that is being written is torn in the copy, and passed over by who reads it.
    private static void CopyLedger(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "ledger-*.jsonl"))
        {
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var target = new FileStream(Path.Combine(to, Path.GetFileName(file)), FileMode.Create, FileAccess.Write);
            source.CopyTo(target);
        }
    }

    // SQLite's own online backup: consistent while the service goes on writing.
    private static void CopyDatabase(string from, string to)
    {
        using var source = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = from, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        using var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = to, Pooling = false }.ToString());
        source.Open();
        target.Open();
        source.BackupDatabase(target);
        using var check = target.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        if (check.ExecuteScalar() is not "ok")
            throw new IOException("the copy of the database is damaged");
    }

    // A folder of somebody else's is never ours to remove.
    private static bool IsUnfinished(string path) => path.EndsWith(Unfinished, StringComparison.Ordinal) && TakenAt(Path.GetFileNameWithoutExtension(path)) is not null;

    private static DateTimeOffset? TakenAt(string name) =>
        DateTimeOffset.TryParseExact(name, NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static string DigestOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void Write(string path, byte[] content)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    private static void Flush(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }
}

/// <summary>A backup's table of contents.</summary>
/// <param name="FormatVersion">1.</param>
/// <param name="Version">Version of the service that took it.</param>
/// <param name="TakenAt">When (UTC).</param>
/// <param name="Files">What it holds.</param>
internal sealed record BackupContents(int FormatVersion, string Version, DateTimeOffset TakenAt, IReadOnlyList<BackupFile> Files);

/// <summary>One file of a backup.</summary>
/// <param name="Name">Name.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">Digest.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);
