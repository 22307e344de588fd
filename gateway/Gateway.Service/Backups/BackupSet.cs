using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;
using Gateway.Service.Indexing;
using Gateway.Service.Spooling;

namespace Gateway.Service.Backups;

/// <summary>
/// What a backup holds, as files of one folder: the configuration, the ledger, a copy of the index, the partner directory with the keys that were accepted, manifest and journal of provisioning, and the secret
/// keys of this gateway where the whole is sealed to a recovery key. Never images: those are delivered, not archived.
/// </summary>
internal static class BackupSet
{
    /// <summary>The configuration.</summary>
    public const string Configuration = "gateway.json";

    /// <summary>The copy of the index, in SQLite's form whatever the database is.</summary>
    public const string Index = "index.db";

    /// <summary>The partner directory, signed by this gateway.</summary>
    public const string Partners = "partners.asc";

    /// <summary>From when on which key of this gateway signs.</summary>
    public const string Turns = "signs-from.json";

    /// <summary>The secret keys of this gateway.</summary>
    public const string Keys = "keys.asc";

    /// <summary>What the file of an accepted key begins with.</summary>
    public const string KnownKey = "known-";

    private const string State = "state-";
    private const string LedgerFiles = "ledger-*.jsonl";

    /// <summary>Lays it down.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="configurationFile">The configuration.</param>
    /// <param name="settings">What it says.</param>
    /// <param name="index">The database; null where it cannot be opened, and the index is left out: it can be made anew.</param>
    /// <param name="stateFolder">Where provisioning keeps manifest and journal; null for none.</param>
    /// <param name="withSecretKeys">Whether the secret keys are among it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static async Task LayAsync(
        string folder, string configurationFile, ServiceSettings settings, Dialect? index, string? stateFolder, bool withSecretKeys, TimeProvider time, CancellationToken cancellation)
    {
        File.Copy(configurationFile, Path.Combine(folder, Configuration), overwrite: true);
        if (index is not null)
            await IndexCopy.TakeAsync(index, Path.Combine(folder, Index), time, cancellation);
        CopyLedger(Path.Combine(settings.SpoolFolder, Spool.LedgerName), folder); // behind the index: it is never the older
        if (stateFolder is not null && Directory.Exists(stateFolder))
        {
            foreach (var file in new DirectoryInfo(stateFolder).EnumerateFiles("*.json*"))
                Copy(file.FullName, Path.Combine(folder, State + file.Name));
        }

        if (settings.Mail is not { } mail)
            return;
        var correspondents = new CorrespondentsFolders(mail.KeysFolder, mail.PartnersFolder, new Partnering.MachineProtection());
        foreach (var (from, to) in new[] { (correspondents.DirectoryFile, Partners), (correspondents.TurnsFile, Turns) })
        {
            if (File.Exists(from))
                Copy(from, Path.Combine(folder, to));
        }

        if (Directory.Exists(correspondents.Known))
        {
            foreach (var key in new DirectoryInfo(correspondents.Known).EnumerateFiles("*.asc"))
                Copy(key.FullName, Path.Combine(folder, KnownKey + key.Name));
        }

        if (withSecretKeys && correspondents.ReadKeys().Own is { Count: > 0 } own)
            await File.WriteAllTextAsync(Path.Combine(folder, Keys), ArmorWriter.Text([.. own.SelectMany(key => key.Write())], "PGP PRIVATE KEY BLOCK"), cancellation);
    }

    /// <summary>Copies the files of a ledger. It only grows: a line that is being written is torn in the copy, and passed over by who reads it.</summary>
    public static void CopyLedger(string from, string to)
    {
        if (!Directory.Exists(from))
            return;
        foreach (var file in Directory.EnumerateFiles(from, LedgerFiles))
            Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    // Others may be writing it.
    private static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = new FileStream(to, FileMode.Create, FileAccess.Write);
        source.CopyTo(target);
    }
}
