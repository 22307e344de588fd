using Gateway.Service.Configuration;
using Gateway.Service.Spooling;
using Gateway.Service.Startup;
using Microsoft.Data.Sqlite;

namespace Gateway.Service.Backups;

/// <summary>One run of <c>Gateway.Service backup</c>, as the nightly task starts it.</summary>
internal static class BackupRun
{
    public static int Execute(CommandLine.Backup backup, TimeProvider time)
    {
        var drives = new DriveMap(backup.Drives is null ? null : Path.GetFullPath(backup.Drives));
        var configuration = drives.Resolve(backup.ConfigurationFile);
        var (settings, problems) = ConfigurationFile.Read(configuration, drives);
        if (settings is null)
        {
            foreach (var problem in problems)
                Console.Error.WriteLine(problem);
            return ExitCodes.Configuration;
        }

        try
        {
            var folder = new BackupFolder(drives.Resolve(backup.To), time);
            var taken = folder.Take(configuration, Path.Combine(settings.SpoolFolder, Spool.LedgerName), File.Exists(settings.Index.File) ? settings.Index.File : null);
            if (backup.CopyTo is { } other)
                BackupFolder.CopyTo(taken, drives.Resolve(other));
            var removed = folder.Prune(backup.KeepDays);
            Console.Out.WriteLine($"{taken} taken; {removed.Count} older ones removed");
            return ExitCodes.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException)
        {
            Console.Error.WriteLine(new Problem("GW7030", backup.To, failure.Message, "a backup that is whole", "Look at the folder, its access rights, the room on its drive and, with --copy-to, the other storage; nothing older was removed."));
            return ExitCodes.InputOutput;
        }
    }
}
