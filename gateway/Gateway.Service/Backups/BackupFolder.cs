using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.DicomMail.OpenPgp;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Spooling;

namespace Gateway.Service.Backups;

/// <summary>
/// The promise of a backup: a folder that bears its time as its name is complete, because it got that name last; what it holds is checked against the
/// digests in it; it was restored for a try before; and whatever is removed for its age, the last good one stays. What it holds is told by <see cref="BackupSet"/>.
/// </summary>
/// <param name="folder">The folder that holds the backups.</param>
/// <param name="time">Says when.</param>
internal sealed class BackupFolder(string folder, TimeProvider time)
{
    private const string NameFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string Unfinished = ".new";
    private const string Scratch = ".try";
    private const string TableOfContents = "backup.json";

    /// <summary>Lets nobody else take one here until it is disposed: whoever ends clears what looks unfinished.</summary>
    /// <exception cref="IOException">Somebody else takes one.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(folder);
        try
        {
            return new FileStream(Path.Combine(folder, "backup.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException failure)
        {
            throw new IOException($"another backup is being taken: {failure.Message}", failure);
        }
    }

    /// <summary>Takes a backup: lays the set down, restores it for a try, seals it, and only then gives it its name.</summary>
    /// <param name="lay">Lays the set into an empty folder.</param>
    /// <param name="recovery">The key that it is sealed to; null for none.</param>
    /// <param name="cancellation">Ends the work, and leaves no backup.</param>
    /// <returns>Its folder, and what it was worth.</returns>
    /// <exception cref="InvalidDataException">It could not be restored.</exception>
    public async Task<(string Folder, RestoreProof Proof)> TakeAsync(Func<string, CancellationToken, Task> lay, PublicKey? recovery, CancellationToken cancellation)
    {
        var name = time.GetUtcNow().ToString(NameFormat, CultureInfo.InvariantCulture);
        var (unfinished, scratch) = (Emptied(Path.Combine(folder, name + Unfinished)), Emptied(Path.Combine(folder, name + Scratch + Unfinished)));
        var finished = Path.Combine(folder, name);
        try
        {
            await lay(unfinished, cancellation);
            var proof = await RestoreProof.OfAsync(unfinished, scratch, time, cancellation);
            if (recovery is not null)
                await SealedSet.SealAsync(unfinished, recovery, time.GetUtcNow(), cancellation);
            Finish(unfinished, recovery, proof);
            Directory.Move(unfinished, finished);
            DurableFiles.FlushFolder(folder);
            return (finished, proof);
        }
        catch
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true); // it takes room, and what was to be sealed may hold secret keys
            throw;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>A backup's table of contents; null where there is none that can be read.</summary>
    public static BackupContents? ContentsOf(string backup)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupContents>(File.ReadAllBytes(Path.Combine(backup, TableOfContents)), ConfigurationFormat.Options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Copies a backup to another storage, and believes it only after reading it back.</summary>
    public static void CopyTo(string backup, string other)
    {
        var target = Path.Combine(other, Path.GetFileName(backup));
        var unfinished = Emptied(target + Unfinished);
        try
        {
            foreach (var file in Directory.EnumerateFiles(backup))
                File.Copy(file, Path.Combine(unfinished, Path.GetFileName(file)));
            if (!IsGood(unfinished))
                throw new IOException($"the copy in {unfinished} does not have the digests of the backup");
            Directory.Move(unfinished, target);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    /// <summary>
    /// Removes what is older than it need be, and what an interrupted backup left; the last good one stays. Where the newest follows the one before by more than that, nothing is too old this once: a
    /// machine that was off for a month looks like a clock that is ahead for a night, which may cost no backup.
    /// </summary>
    /// <param name="keepDays">For how many days they are kept.</param>
    public IReadOnlyList<string> Prune(int keepDays)
    {
        var (now, kept) = (time.GetUtcNow(), TimeSpan.FromDays(keepDays));
        var all = Directory.EnumerateDirectories(folder).Select(path => (Path: path, TakenAt: TakenAt(Path.GetFileName(path)))).ToList();
        var newest = all.Where(backup => backup.TakenAt <= now).OrderByDescending(backup => backup.TakenAt).Where(backup => IsGood(backup.Path)).Take(2).ToList();
        var isAfterGap = newest is [{ TakenAt: { } last }, { TakenAt: { } before }] && last - before > kept;
        var removed = all.Where(backup => IsUnfinished(backup.Path) || (!isAfterGap && backup.TakenAt < now - kept && backup.Path != newest.FirstOrDefault().Path)).Select(backup => backup.Path).ToList();
        foreach (var path in removed)
            Directory.Delete(path, recursive: true);
        return removed;
    }

    /// <summary>Whether a backup holds what its table of contents says.</summary>
    public static bool IsGood(string backup)
    {
        try
        {
            return ContentsOf(backup) is { Files.Count: > 0 } contents && contents.Files.All(file => Path.GetFileName(file.Name) == file.Name && DigestOf(Path.Combine(backup, file.Name)) == file.Sha256);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Finish(string unfinished, PublicKey? recovery, RestoreProof proof)
    {
        var files = Directory.EnumerateFiles(unfinished)
            .Select(file => new BackupFile(Path.GetFileName(file), new FileInfo(file).Length, DigestOf(file))).OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        var contents = new BackupContents(2, HealthEndpoint.Version, time.GetUtcNow(), recovery?.Fingerprint.Value, proof, files);
        Write(Path.Combine(unfinished, TableOfContents), JsonSerializer.SerializeToUtf8Bytes(contents, ConfigurationFormat.Options));
        foreach (var file in files)
            Flush(Path.Combine(unfinished, file.Name));
        DurableFiles.FlushFolder(unfinished);
    }

    private static string Emptied(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return Directory.CreateDirectory(path).FullName;
    }

    // A folder of somebody else's is never ours to remove.
    private static bool IsUnfinished(string path) => path.EndsWith(Unfinished, StringComparison.Ordinal) && TakenAt(Path.GetFileName(path).Split('.')[0]) is not null;

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

/// <summary>A backup's table of contents. It names no patient.</summary>
/// <param name="FormatVersion">2.</param>
/// <param name="Version">Version of the service that took it.</param>
/// <param name="TakenAt">When (UTC).</param>
/// <param name="SealedTo">The fingerprint of the recovery key that it is sealed to; null where it is not.</param>
/// <param name="RestoreTest">What it was worth when it was restored for a try.</param>
/// <param name="Files">What it holds.</param>
internal sealed record BackupContents(int FormatVersion, string Version, DateTimeOffset TakenAt, string? SealedTo, RestoreProof RestoreTest, IReadOnlyList<BackupFile> Files);

/// <summary>One file of a backup.</summary>
/// <param name="Name">Name.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">Digest.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);
