using Gateway.Dicom.Part10;

namespace Gateway.Service.Spooling;

/// <summary>
/// The promise: an object that the service has acknowledged (C-STORE status 0000) is on the device, whole and unchanged, under a name
/// that is on the device too, and no later object ever overwrites it.
/// It is kept by the order of steps: the bytes go into a file in <c>incoming</c>; they are checked; the file is flushed; it is renamed
/// into place; the folder is flushed; only then is the object acknowledged. A process or a machine that dies before the rename leaves a
/// file in <c>incoming</c>, which nobody was promised and the next start removes. One that dies after it leaves an object that the sender
/// may send again, which is then found to be the same. The spool is the truth; the ledger is its index and can be rebuilt from it.
/// </summary>
internal sealed class Spool
{
    private readonly string folder;
    private readonly string incoming;
    private readonly Lock[] nameLocks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];

    private Spool(string folder)
    {
        this.folder = folder;
        incoming = Path.Combine(folder, "incoming");
    }

    /// <summary>The free bytes of the volume that the spool lies on.</summary>
    public long FreeBytes => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Opens a spool: makes its subfolders and removes what an earlier run left unfinished.</summary>
    /// <param name="folder">The folder, which must exist.</param>
    /// <param name="leftovers">How many unfinished files were removed.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static Spool Open(string folder, out int leftovers)
    {
        var spool = new Spool(folder);
        foreach (var subfolder in Subfolders())
            Directory.CreateDirectory(Path.Combine(folder, subfolder));
        Directory.CreateDirectory(spool.incoming);
        DurableFiles.FlushFolder(folder);
        leftovers = 0;
        foreach (var leftover in Directory.EnumerateFiles(spool.incoming))
        {
            File.Delete(leftover);
            leftovers++;
        }

        return spool;
    }

    /// <summary>The names of the subfolders: 00 to ff.</summary>
    public static IEnumerable<string> Subfolders() => Enumerable.Range(0, 256).Select(number => $"{number:x2}");

    /// <summary>The names of the objects in a subfolder.</summary>
    public IEnumerable<SpoolName> Names(string subfolder)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, subfolder), "*" + SpoolName.Extension))
        {
            var parts = Path.GetFileNameWithoutExtension(path).Split('-');
            if (parts is [{ Length: SpoolName.InstanceHashLength } instance, { Length: SpoolName.ContentHashLength } content])
                yield return new SpoolName(instance, content);
        }
    }

    /// <summary>Where an object lies.</summary>
    public string PathOf(SpoolName name) => Path.Combine(folder, name.Subfolder, name.FileName);

    /// <summary>Starts an object that is being received.</summary>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public IncomingObject Begin(FileMetaInformation meta) => new(Path.Combine(incoming, $"{Guid.NewGuid():N}.part"), meta);

    /// <summary>
    /// Puts a received object into place, and returns when it is durable there: <see cref="Placement.New"/>, or
    /// <see cref="Placement.Duplicate"/> where the same bytes were there already.
    /// </summary>
    /// <exception cref="DamagedObjectException">Other bytes lie under the name.</exception>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public Placement Place(IncomingObject received)
    {
        var name = received.Name;
        var path = PathOf(name);
        lock (nameLocks[Convert.ToByte(name.Subfolder, 16) % nameLocks.Length])
        {
            if (!File.Exists(path))
            {
                DurableFiles.Move(received.Finish(), path);
                return Placement.New;
            }

            if (!Holds(path, received.DataSetSha256))
                throw new DamagedObjectException(name);
            DurableFiles.FlushFolder(Path.GetDirectoryName(path)!); // the one who put it there may not have come so far
            return Placement.Duplicate;
        }
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
