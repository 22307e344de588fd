using System.Data.Common;
using System.Security.Cryptography;
using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Configuration;
using Gateway.Service.Startup;

namespace Gateway.Service.Backups;

/// <summary>One run of <c>Gateway.Service backup</c>, as the nightly task starts it.</summary>
internal static class BackupRun
{
    private const string Mend = "Look at the folder, its access rights, the room on its drive, the database and the recovery key; nothing older was removed.";

    public static async Task<int> ExecuteAsync(CommandLine.Backup backup, TimeProvider time)
    {
        var drives = new DriveMap(backup.Drives is null ? null : Path.GetFullPath(backup.Drives));
        var configuration = drives.Resolve(backup.ConfigurationFile);
        var (settings, problems) = ConfigurationFile.Read(configuration, drives);
        if (settings is null)
            return Refuse(problems);
        if (backup.Rehearsal)
            settings = settings.OnLoopback();
        var (index, problem) = MachineCheck.DatabaseOf(settings.Index);
        if (problem is not null)
            return Refuse([problem]);
        try
        {
            var recovery = backup.RecoveryKey is { } file ? RecoveryKeyIn(drives.Resolve(file), time) : null;
            var folder = new BackupFolder(drives.Resolve(backup.To), time);
            using var alone = folder.Lock();
            var (taken, proof) = await folder.TakeAsync(
                (set, cancellation) => BackupSet.LayAsync(
                    set, configuration, settings, IsThere(settings.Index) ? index : null, backup.State is { } state ? drives.Resolve(state) : null, withSecretKeys: recovery is not null, time, cancellation),
                recovery, CancellationToken.None);
            var removed = folder.Prune(backup.KeepDays);
            await Console.Out.WriteLineAsync(
                $"{taken} taken{(recovery is null ? ", not sealed: no recovery key is configured" : $", sealed to {recovery.Fingerprint}")}; restored for a try: {proof.LedgerLines} lines, {proof.Studies} studies, {proof.Instances} images{(proof.Lacking == 0 ? "" : $" ({proof.Lacking} of the ledger are not in the index)")}{(proof.HasGaps ? "; the ledger lacks lines (GW8007)" : "")}; {removed.Count} older ones removed");
            return backup.CopyTo is { } other ? Copy(taken, drives.Resolve(other), backup, time) : ExitCodes.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException or InvalidDataException or OpenPgpException or CorrespondentsException or CryptographicException)
        {
            return Refuse([new Problem("GW7030", backup.To, failure.Message, "a backup that is whole", Mend, ExitCodes.InputOutput)]);
        }
    }

    // The backup itself is taken by then, and older ones have gone: another storage that is away for weeks must not fill this one.
    private static int Copy(string taken, string other, CommandLine.Backup backup, TimeProvider time)
    {
        try
        {
            BackupFolder.CopyTo(taken, other);
            new BackupFolder(other, time).Prune(backup.KeepDays);
            return ExitCodes.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Refuse([new Problem(
                "GW7035", backup.CopyTo!, failure.Message, "another storage that takes a copy of the backup", $"The backup itself is taken ({taken}). Look at the other storage, its access rights for the computer account and its room.", ExitCodes.InputOutput)]);
        }
    }

    // A file that is not there yet is no database: nothing was received.
    private static bool IsThere(IndexSettings index) => index.Server is not null || File.Exists(index.File);

    private static PublicKey RecoveryKeyIn(string file, TimeProvider time) =>
        PublicKey.Read(File.ReadAllBytes(file)) is [var only] && only.CanEncryptAt(time.GetUtcNow())
            ? only
            : throw new InvalidDataException($"{file} is not one public key that can be encrypted to");

    private static int Refuse(IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine(problem);
        return problems.Max(problem => problem.ExitCode);
    }
}
