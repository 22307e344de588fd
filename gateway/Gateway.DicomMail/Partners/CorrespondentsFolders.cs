using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.DicomMail.OpenPgp;

namespace Gateway.DicomMail.Partners;

/// <summary>
/// Where keys and the partner directory lie: <c>own</c> with our secret keys, each protected for this machine; <c>known</c> with the keys of
/// partners that a person has accepted; <c>quarantine</c> with those that nobody has accepted yet, which nothing uses; and the directory with our signature
/// in the same file. A directory that somebody has changed since is not used. One file that is moved into place decides each change: a stop at any moment leaves all as it was before, or as
/// it is after.
/// </summary>
/// <param name="keys">The folder with the keys.</param>
/// <param name="partners">The folder with the directory.</param>
/// <param name="protection">How secrets are protected on this machine.</param>
public sealed class CorrespondentsFolders(string keys, string partners, ISecretProtection protection)
{
    /// <summary>The name of the directory's file: JSON, in a signed text.</summary>
    public const string DirectoryName = "directory.asc";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Where our secret keys lie.</summary>
    public string Own => Path.Combine(keys, "own");

    /// <summary>Where the keys of partners lie that were accepted.</summary>
    public string Known => Path.Combine(keys, "known");

    /// <summary>Where keys lie that nobody has accepted.</summary>
    public string Quarantine => Path.Combine(keys, "quarantine");

    /// <summary>The file of the directory.</summary>
    public string DirectoryFile => Path.Combine(partners, DirectoryName);

    /// <summary>The file that says from when on a new key of ours signs: a JSON object of fingerprints and times.</summary>
    public string TurnsFile => Path.Combine(keys, "signs-from.json");

    /// <summary>Called after each operation on a file.</summary>
    internal Action Step { private get; init; } = () => { };

    /// <summary>What changes whenever a file here does: names, lengths and times.</summary>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    public string Stamp() => string.Join('\n', Files(Own).Concat(Files(Known)).Concat([new FileInfo(DirectoryFile), new FileInfo(TurnsFile)])
        .Where(file => file.Exists).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"));

    /// <summary>Reads keys and directory.</summary>
    /// <exception cref="CorrespondentsException">A key cannot be read, or the directory is not what we signed, or has a mistake.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public Correspondents Read()
    {
        var ring = ReadKeys();
        return new Correspondents(ring, ReadTurns(ring), ReadDirectory(ring));
    }

    /// <summary>Reads the keys, whatever there is of a directory.</summary>
    /// <exception cref="CorrespondentsException">One cannot be read (GW7206).</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public KeyRing ReadKeys()
    {
        try
        {
            var own = Files(Own).SelectMany(file => OwnKey.Read(protection.Unprotect(File.ReadAllBytes(file.FullName)), passphrase: null)).ToList();
            var known = Files(Known).SelectMany(file => PublicKey.Read(File.ReadAllBytes(file.FullName))).ToList();
            return new KeyRing(own, known);
        }
        catch (Exception failure) when (failure is OpenPgpException or CryptographicException)
        {
            throw new CorrespondentsException("GW7206", $"a key in {keys} cannot be read: {failure.Message}", "Take its file away, or bring it back from a copy", failure);
        }
    }

    /// <summary>Reads which of our keys signs when.</summary>
    /// <param name="ring">The keys.</param>
    /// <exception cref="CorrespondentsException">The file cannot be read (GW7217).</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public SigningTurns ReadTurns(KeyRing ring)
    {
        try
        {
            var from = File.Exists(TurnsFile) ? JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(File.ReadAllBytes(TurnsFile))! : [];
            return new SigningTurns(ring.Own, ring.Own.Where(key => from.ContainsKey(key.Fingerprint.Value)).ToDictionary(key => key.Fingerprint, key => from[key.Fingerprint.Value]));
        }
        catch (JsonException failure)
        {
            throw new CorrespondentsException("GW7217", $"{TurnsFile} cannot be read: {failure.Message}", "Take the file away: the key that was made last signs then", failure);
        }
    }

    /// <summary>Reads the directory. Our signature over it is judged by our key as it was when it signed.</summary>
    /// <param name="ring">The keys.</param>
    /// <exception cref="CorrespondentsException">It is not what we signed (GW7205), or has a mistake.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public PartnerDirectory ReadDirectory(KeyRing ring)
    {
        if (!File.Exists(DirectoryFile))
            return PartnerDirectory.Empty;
        if (SignedText.Read(File.ReadAllText(DirectoryFile), new KeyRing([], [.. ring.Own.Select(key => key.Public)]), out var json) is not SignatureVerdict.Good)
            throw new CorrespondentsException("GW7205", $"{DirectoryFile} is not signed by a key of this gateway: it was changed since a person looked at it", "Import the directory again, and look at each partner: gwctl partners import --accept-changes");
        var (directory, problems) = PartnerDirectory.Read(Encoding.UTF8.GetBytes(json!));
        return directory ?? throw new CorrespondentsException(problems[0].Code, string.Join(" ", problems), "Import the directory again: gwctl partners import");
    }

    /// <summary>The keys that nobody has accepted.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IReadOnlyList<PublicKey> Suspected() => [.. Files(Quarantine).SelectMany(file => PublicKey.Read(File.ReadAllBytes(file.FullName)))];

    /// <summary>Writes a new key of ours, which signs from a time on.</summary>
    /// <param name="key">The key.</param>
    /// <param name="from">From when on.</param>
    /// <exception cref="CorrespondentsException">What there is cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Keep(OwnKey key, DateTimeOffset from)
    {
        // The date first: a stop between the two leaves a date for a key that there is not.
        var dates = ReadTurns(ReadKeys()).From.ToDictionary(one => one.Key.Value, one => one.Value);
        dates[key.Fingerprint.Value] = from;
        Replace(TurnsFile, JsonSerializer.SerializeToUtf8Bytes(dates, Indented));
        Keep(key);
    }

    /// <summary>Writes one of our keys, protected for this machine.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Keep(OwnKey key) => Replace(Path.Combine(Own, $"{key.Fingerprint}.key"), protection.Protect(key.Write()));

    /// <summary>Keeps a key that a person has accepted.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Accept(PublicKey key)
    {
        Replace(Path.Combine(Known, $"{key.Fingerprint}.asc"), Encoding.ASCII.GetBytes(key.ToArmor()));
        if (Directory.Exists(Quarantine))
            File.Delete(Path.Combine(Quarantine, $"{key.Fingerprint}.asc"));
    }

    /// <summary>Keeps a key that nobody has accepted yet.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Suspect(PublicKey key) => Replace(Path.Combine(Quarantine, $"{key.Fingerprint}.asc"), Encoding.ASCII.GetBytes(key.ToArmor()));

    /// <summary>Signs a directory and writes it.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="signer">Our key.</param>
    /// <param name="at">The time.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(PartnerDirectory directory, OwnKey signer, DateTimeOffset at) =>
        Replace(DirectoryFile, Encoding.UTF8.GetBytes(SignedText.Sign(Encoding.UTF8.GetString(directory.Write()), signer, at)));

    private static IEnumerable<FileInfo> Files(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Extension != ".new").OrderBy(file => file.Name) : [];

    private void Replace(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path + ".new", options))
        {
            Step();
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        Step();
        File.Move(path + ".new", path, overwrite: true);
        Step();
    }
}
