using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.DicomMail.OpenPgp;
using Gateway.Service.Configuration;
using Gateway.Service.Indexing;
using Gateway.Service.Startup;

namespace Gateway.Service.Backups;

/// <summary>One run of <c>Gateway.Service restore</c>: looks whether a backup is whole and can be restored, and with a configuration puts it back.</summary>
internal static class RestoreRun
{
    public static async Task<int> ExecuteAsync(CommandLine.Restore restore, TimeProvider time)
    {
        var scratch = Directory.CreateTempSubdirectory("gateway-restore-").FullName;
        try
        {
            var drives = new DriveMap(restore.Drives is null ? null : Path.GetFullPath(restore.Drives));
            var backup = drives.Resolve(restore.From);
            if (!BackupFolder.IsGood(backup) || BackupFolder.ContentsOf(backup) is not { } contents)
                return Refuse(new Problem("GW7031", restore.From, "no backup, or one whose digests do not agree", "a finished backup as it was taken", "Take another one: each is a folder with a backup.json.", ExitCodes.Refused));
            var set = backup;
            if (contents.SealedTo is { } sealedTo)
            {
                if (restore.Key is not { } key)
                    return Refuse(new Problem("GW7032", restore.From, $"sealed to the recovery key {sealedTo}", "its secret part", "Give --key FILE; its passphrase is read from standard input."));
                set = Directory.CreateDirectory(Path.Combine(scratch, "set")).FullName;
                await SealedSet.OpenAsync(Path.Combine(backup, SealedSet.Name), set, RecoveryKeys(key), CancellationToken.None);
            }

            var proof = await RestoreProof.OfAsync(set, Directory.CreateDirectory(Path.Combine(scratch, "try")).FullName, time, CancellationToken.None);
            if (restore.ConfigurationFile is not { } file)
            {
                Say(new RestoreAnswer(contents.TakenAt, contents.SealedTo, proof, null));
                return ExitCodes.Success;
            }

            var (settings, problems) = ConfigurationFile.Read(drives.Resolve(file), drives);
            if (settings is null)
                return Refuse([.. problems]);
            if (restore.Rehearsal)
                settings = settings.OnLoopback();
            Say(new RestoreAnswer(contents.TakenAt, contents.SealedTo, proof, await Restoration.PutBackAsync(set, settings, contents.TakenAt, time) with { IsIndexEmptied = await EmptyIndexAsync(settings.Index, time) }));
            return ExitCodes.Success;
        }
        catch (InvalidOperationException failure)
        {
            return Refuse(new Problem("GW7033", "the machine", failure.Message, "one without a ledger: nothing is overwritten", "Restore onto a new machine, or move what is there away."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException or InvalidDataException or OpenPgpException or CryptographicException)
        {
            return Refuse(new Problem("GW7034", restore.From, failure.Message, "a backup that can be restored, and its key", "Look at the key, its passphrase and the room on the drive, or take another backup; nothing was put back."));
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    // It would go on behind a line that the ledger does not have. One that cannot be reached now is made anew later, by a person.
    private static async Task<bool> EmptyIndexAsync(IndexSettings index, TimeProvider time)
    {
        if (MachineCheck.DatabaseOf(index).Database is not { } database)
            return false;
        try
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            await IndexRebuild.EmptyAsync(connection, database, time, CancellationToken.None);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private static IReadOnlyList<OwnKey> RecoveryKeys(string file)
    {
        var content = File.ReadAllBytes(file);
        try
        {
            return OwnKey.Read(content, passphrase: null);
        }
        catch (OpenPgpException failure) when (failure.Problem == OpenPgpProblem.WrongPassphrase)
        {
            return OwnKey.Read(content, Passphrase());
        }
    }

    // UTF-8, whatever the console is: gwctl hands it over so.
    private static string Passphrase()
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        return input.ReadLine() ?? "";
    }

    private static void Say(RestoreAnswer answer) => Console.Out.WriteLine(JsonSerializer.Serialize(answer, ConfigurationFormat.Options));

    private static int Refuse(params IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine(problem);
        return ExitCodes.Refused;
    }

    /// <summary>What a restore says.</summary>
    /// <param name="TakenAt">When the backup was taken, UTC.</param>
    /// <param name="SealedTo">The recovery key; null where it was not sealed.</param>
    /// <param name="Proof">What it was worth when it was restored for a try.</param>
    /// <param name="PutBack">What was put back; null where it was only looked at.</param>
    private sealed record RestoreAnswer(DateTimeOffset TakenAt, string? SealedTo, RestoreProof Proof, Restored? PutBack);
}
