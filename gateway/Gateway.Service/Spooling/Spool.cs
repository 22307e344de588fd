using System.Collections.Concurrent;
using Gateway.Dicom.Part10;

namespace Gateway.Service.Spooling;

/// <summary>
/// The promise: an object that the service has acknowledged (C-STORE status 0000) is on the device, whole and unchanged, under a name
/// that is on the device too, and no later object ever overwrites it.
/// It is kept by the order of steps: a file whose name is on the device waits in <c>incoming</c>; the bytes go into it; they are checked
/// and sealed (<see cref="Seal"/>); the file is flushed; it is renamed into place; only then is the object acknowledged. The rename waits for no
/// flush: a loss of power leaves the object under one of its two names, and a sealed one under the first is put into place by the next start.
/// A process or a machine that dies before the seal leaves a file that nobody was promised, and the next start removes it. One that dies after
/// it leaves an object that the sender may send again, which is then found to be the same. The spool is the truth, with the ledger in it; the database is its index.
/// </summary>
internal sealed class Spool : IDisposable
{
    /// <summary>How the name of a file ends that is being received.</summary>
    public const string Unfinished = ".part";

    /// <summary>The name of the folder that holds the ledger.</summary>
    public const string LedgerName = "ledger";

    private readonly string folder;
    private readonly string incoming;
    private readonly string quarantine;
    private readonly ReadyFiles ready;
    private readonly Lock[] nameLocks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private readonly ConcurrentDictionary<SpoolName, byte> condemned = [];

    private Spool(string folder)
    {
        this.folder = folder;
        incoming = Path.Combine(folder, "incoming");
        quarantine = Path.Combine(folder, "quarantine");
        ready = new ReadyFiles(incoming);
    }

    /// <summary>Told each step; nobody but tests listens.</summary>
    internal Action<Moment>? Passing { get; set; }

    /// <summary>The free bytes of the volume that the spool lies on.</summary>
    public long FreeBytes => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Opens a spool: makes its subfolders, puts into place what an earlier run had sealed, and removes what it left unfinished.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <param name="leftovers">How many unfinished files were removed.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static Spool Open(string folder, out int leftovers)
    {
        var spool = new Spool(folder);
        foreach (var subfolder in Subfolders())
            Directory.CreateDirectory(Path.Combine(folder, subfolder));
        Directory.CreateDirectory(spool.incoming);
        Directory.CreateDirectory(spool.quarantine);
        DurableFiles.FlushFolder(folder);
        leftovers = 0;
        foreach (var leftover in Directory.EnumerateFiles(spool.incoming))
        {
            if (new FileInfo(leftover).Length > 0)
            {
                if (spool.PutIntoPlace(leftover))
                    continue;
                leftovers++;
            }

            File.Delete(leftover);
        }

        return spool;
    }

    /// <summary>The names of the subfolders: 00 to ff.</summary>
    public static IEnumerable<string> Subfolders() => Enumerable.Range(0, 256).Select(number => $"{number:x2}");

    /// <summary>Where the ledger lies.</summary>
    public string LedgerFolder => Path.Combine(folder, LedgerName);

    /// <summary>Where images with the UID of another lie.</summary>
    public string QuarantineFolder => quarantine;

    /// <summary>The names of the objects in a subfolder.</summary>
    public IEnumerable<SpoolName> Names(string subfolder) => NamesOf(Directory.EnumerateFiles(Path.Combine(folder, subfolder), "*" + SpoolName.Extension));

    /// <summary>The objects with the time at which each was received, the oldest first.</summary>
    public IReadOnlyList<(SpoolName Name, DateTimeOffset At, long Bytes)> ByAge() =>
        [.. Subfolders().SelectMany(subfolder => new DirectoryInfo(Path.Combine(folder, subfolder)).EnumerateFiles("*" + SpoolName.Extension))
            .Select(file => (Name: SpoolName.OfFile(file.Name), At: (DateTimeOffset)file.LastWriteTimeUtc, file.Length))
            .Where(file => file.Name is not null).Select(file => (file.Name!.Value, file.At, file.Length)).OrderBy(file => file.At)];

    /// <summary>The versions of an instance that stay, the newest first.</summary>
    public IReadOnlyList<SpoolName> Versions(string instanceHash) =>
        [.. NamesOf(new DirectoryInfo(Path.Combine(folder, instanceHash[..2])).EnumerateFiles($"{instanceHash}-*{SpoolName.Extension}").OrderByDescending(file => file.LastWriteTimeUtc).Select(file => file.Name)).Where(version => !condemned.ContainsKey(version))];

    /// <summary>Whether an instance with this UID was laid aside for its other pixels.</summary>
    public bool HasInQuarantine(string instanceHash) => Directory.EnumerateFiles(quarantine, $"{instanceHash}-*{SpoolName.Extension}").Any();

    /// <summary>Whether an object is there, and stays.</summary>
    public bool Has(SpoolName name) => !condemned.ContainsKey(name) && File.Exists(PathOf(name));

    /// <summary>Where an object lies.</summary>
    public string PathOf(SpoolName name) => Path.Combine(folder, name.Subfolder, name.FileName);

    /// <summary>Starts an object that is being received.</summary>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public IncomingObject Begin(FileMetaInformation meta)
    {
        var (path, file) = ready.Take();
        return new IncomingObject(path, file, meta, Passing);
    }

    /// <summary>The volume failed: whatever was made ready on it is made anew.</summary>
    public void VolumeFailed() => ready.Discard();

    /// <summary>
    /// Puts an object that is settled into place: <see cref="Placement.New"/>, or <see cref="Placement.Duplicate"/> where the same bytes
    /// were there already.
    /// </summary>
    /// <exception cref="DamagedObjectException">Other bytes lie under the name.</exception>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public Placement Place(IncomingObject received)
    {
        var name = received.Name;
        var path = PathOf(name);
        lock (LockOf(name))
        {
            if (!Has(name))
            {
                File.Move(received.Finish(), path, overwrite: true); // rename(2); nothing is there, or what is there goes
                condemned.TryRemove(name, out _);
                Passing?.Invoke(Moment.Placed);
                return Placement.New;
            }

            return Holds(path, received.DataSetSha256) ? Placement.Duplicate : throw new DamagedObjectException(name);
        }
    }

    /// <summary>Lays an object that is shown and not sealed aside, for a person to look at.</summary>
    /// <returns>Its name there.</returns>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public string Quarantine(IncomingObject received)
    {
        var name = received.Name.FileName;
        File.Move(received.Finish(), Path.Combine(quarantine, name), overwrite: true);
        return name;
    }

    /// <summary>Says that an object goes: from then on whatever comes is new, also the same bytes again.</summary>
    /// <param name="name">The object.</param>
    /// <param name="say">Says so in the ledger, and that it may go; what comes again is said after it.</param>
    /// <returns>Whether it goes.</returns>
    public bool Condemn(SpoolName name, Func<bool> say)
    {
        lock (LockOf(name))
        {
            if (!say())
                return false;
            condemned[name] = 0;
            return true;
        }
    }

    /// <summary>Deletes an object that was condemned, unless it has come again since.</summary>
    /// <param name="name">The object.</param>
    /// <param name="lastIsGone">Told where no version of the instance is left, before another can come.</param>
    /// <exception cref="IOException">The volume fails; the object goes with the next sweep or start.</exception>
    public void RemoveCondemned(SpoolName name, Action lastIsGone)
    {
        lock (LockOf(name))
        {
            if (!condemned.ContainsKey(name))
                return;
            Remove(name);
            condemned.TryRemove(name, out _);
            if (Versions(name.InstanceHash).Count == 0)
                lastIsGone();
        }
    }

    /// <summary>Deletes an object.</summary>
    /// <exception cref="IOException">The volume fails.</exception>
    public void Remove(SpoolName name)
    {
        lock (LockOf(name))
        {
            File.Delete(PathOf(name));
            Passing?.Invoke(Moment.Removed);
        }
    }

    public void Dispose() => ready.Dispose();

    private Lock LockOf(SpoolName name) => nameLocks[Convert.ToByte(name.Subfolder, 16) % nameLocks.Length];

    private static IEnumerable<SpoolName> NamesOf(IEnumerable<string> files) => files.Select(file => SpoolName.OfFile(Path.GetFileName(file))).OfType<SpoolName>();

    private bool PutIntoPlace(string leftover)
    {
        if (!Seal.Holds(leftover))
            return false;
        var path = PathOf(StoredObject.Read(leftover).Name);
        if (!File.Exists(path))
            File.Move(leftover, path);
        return !File.Exists(leftover);
    }

    private static bool Holds(string path, string dataSetSha256)
    {
        try
        {
            return StoredObject.Read(path).DataSetSha256 == dataSetSha256;
        }
        catch (Part10Exception)
        {
            return false;
        }
    }
}
