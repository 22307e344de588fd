using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Service.Backups;

/// <summary>
/// Puts a set back onto a machine that has no ledger: the ledger, the partner directory, and the keys. Images that the ledger has and the spool does not are entered as gone, and sending is paused: what was sent
/// since the backup was taken a person has to compare (<c>gwctl gateway reconcile</c>). The index makes itself anew from ledger and spool.
/// </summary>
internal static class Restoration
{
    /// <summary>Puts it back.</summary>
    /// <param name="set">The set's files.</param>
    /// <param name="settings">Where everything is on this machine.</param>
    /// <param name="takenAt">When the backup was taken, UTC.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidOperationException">There is a ledger.</exception>
    /// <exception cref="IOException">The volume fails.</exception>
    public static async Task<Restored> PutBackAsync(string set, ServiceSettings settings, DateTimeOffset takenAt, TimeProvider time)
    {
        var folder = Path.Combine(settings.SpoolFolder, Spool.LedgerName);
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "ledger-*.jsonl").Any(file => new FileInfo(file).Length > 0))
            throw new InvalidOperationException($"{folder} holds a ledger");
        var keys = settings.Mail is { } mail ? PutBackKeys(set, mail) : 0;
        // Beside its place first: a stop leaves no half of a ledger.
        var beside = folder + ".restored";
        if (Directory.Exists(beside))
            Directory.Delete(beside, recursive: true);
        Directory.CreateDirectory(beside);
        BackupSet.CopyLedger(set, beside);
        var recorded = new RecordedNames();
        int gone;
        long last;
        using (var ledger = Ledger.Open(beside, recorded.Apply, new ServiceCondition(), time, NullLogger.Instance))
        {
            var missing = recorded.Take().Names.Where(name => !File.Exists(Path.Combine(settings.SpoolFolder, name.Subfolder, name.FileName))).ToList();
            foreach (var name in missing)
                ledger.Record(new LedgerEvent.Removed(name.ToString(), "not in the backup"));
            ledger.Record(new LedgerEvent.Paused($"restored from the backup of {takenAt:yyyy-MM-dd HH:mm} UTC: what was sent since is not known"));
            await ledger.FlushAsync();
            (gone, last) = (missing.Count, ledger.Last!.Number);
        }

        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.Move(beside, folder);
        DurableFiles.FlushFolder(settings.SpoolFolder);
        return new Restored(last, gone, keys);
    }

    private static int PutBackKeys(string set, MailSettings mail)
    {
        var folders = new CorrespondentsFolders(mail.KeysFolder, mail.PartnersFolder, new Partnering.MachineProtection());
        foreach (var file in Directory.EnumerateFiles(set, BackupSet.KnownKey + "*"))
        {
            foreach (var key in PublicKey.Read(File.ReadAllBytes(file)))
                folders.Accept(key);
        }

        var secret = Path.Combine(set, BackupSet.Keys);
        var own = File.Exists(secret) ? OwnKey.Read(File.ReadAllBytes(secret), passphrase: null) : [];
        foreach (var key in own)
            folders.Keep(key);
        foreach (var (name, to) in new[] { (BackupSet.Turns, folders.TurnsFile), (BackupSet.Partners, folders.DirectoryFile) })
        {
            var from = Path.Combine(set, name);
            if (!File.Exists(from))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
        }

        return own.Count;
    }
}

/// <summary>What was put back.</summary>
/// <param name="LedgerLines">The lines of the ledger, with those that the restoration added.</param>
/// <param name="ImagesGone">How many images the ledger had and the spool does not have.</param>
/// <param name="SecretKeys">How many secret keys of this gateway came back.</param>
/// <param name="IsIndexEmptied">Whether the index makes itself anew at the next start; where not, the database could not be reached (<c>gwctl gateway rebuild-index</c>).</param>
internal sealed record Restored(long LedgerLines, int ImagesGone, int SecretKeys, bool IsIndexEmptied = false);
