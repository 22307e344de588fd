using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows.Packages;

/// <summary>
/// MariaDB from its ZIP distribution ("Installing MariaDB Windows ZIP Packages", MariaDB documentation): unpacked beside what is there and moved into its place; its tables made in a folder of
/// their own by mariadb-install-db ("mariadb-install-db.exe"), which refuses one that is not empty, and renamed when they are complete. Cut off anywhere, it can be begun again. Tables that are there stay.
/// </summary>
/// <param name="programs">The program folder.</param>
/// <param name="data">The data folder.</param>
/// <param name="record">Where the product keeps what it installed.</param>
/// <param name="surroundings">What of the machine it needs.</param>
internal sealed partial class DatabaseArchive(string programs, string data, string record, DatabaseSurroundings surroundings)
{
    /// <summary>Marks tables that the product made, with accounts that it knows.</summary>
    internal const string Mark = "gateway-appliance.txt";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ReleasedWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private string Program => Path.Combine(programs, "bin", "mariadbd.exe");

    private string Arriving => Path.Combine(programs, ".new");

    private string Leaving => Path.Combine(programs, ".old");

    private string Replaced => Path.Combine(programs, ".replaced");

    /// <summary>What is installed, or null.</summary>
    /// <param name="id">The payload's id.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<PackageState?> ReadAsync(string id, CancellationToken cancel)
    {
        var isSomebodyElses = HasTables && !IsMarked;
        if (!File.Exists(Program))
            return isSomebodyElses ? new PackageState(id, $"tables of another database in {data}") : null;
        if (InstallationRecord.Read(record) is { } ours && ours.Program == DigestOf(Program) && !isSomebodyElses)
            return HasTables ? new PackageState(id, ours.Version, ours.File, ours.Sha256) : null;
        return new PackageState(id, await VersionAsync(cancel));
    }

    /// <summary>Installs it, or another version in its place.</summary>
    /// <param name="payload">The archive.</param>
    /// <param name="file">Its own name.</param>
    /// <param name="sha256">Its digest.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="RefusedException">It is no MariaDB (GW2504), somebody else's tables are in the way (GW2505), or one of its programs failed (GW2506).</exception>
    public async Task InstallAsync(string payload, string file, Sha256Digest sha256, CancellationToken cancel)
    {
        if (HasTables && !IsMarked)
            throw new RefusedException(Diagnostic.Error("GW2505", $"{data} holds the tables of a database that the product did not make, and whose accounts it does not know.", "Move the folder away, or name another one in the manifest's database.dataFolder. The product never touches it."));
        var unpacked = await UnpackAsync(payload, file, cancel);
        await surroundings.StopServiceAsync(cancel);
        var entries = Directory.EnumerateFileSystemEntries(unpacked).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToList();
        var before = InstallationRecord.Read(record);
        var half = new InstallationRecord("", file, sha256, [.. entries.Union(before?.Entries ?? [])]);
        if (before is not null || !entries.Any(entry => Path.Exists(Path.Combine(programs, entry))))
            half.Write(record); // until it is whole, nobody says that it is installed
        await PutInPlaceAsync(unpacked, entries, before, cancel);
        half.Write(record);
        var version = await VersionAsync(cancel);
        if (!HasTables)
            await MakeTablesAsync(cancel);
        (half with { Version = version, Entries = entries, Program = DigestOf(Program) }).Write(record);
        await ClearAsync(Arriving, cancel);
        await ClearAsync(Leaving, cancel);
    }

    /// <summary>Removes its programs. Its tables stay.</summary>
    /// <param name="cancel">Cancels.</param>
    public async Task RemoveAsync(CancellationToken cancel)
    {
        await surroundings.StopServiceAsync(cancel);
        await ClearAsync(Arriving, cancel);
        await ClearAsync(Leaving, cancel);
        foreach (var entry in InstallationRecord.Read(record)?.Entries ?? [])
            await ClearAsync(Path.Combine(programs, entry), cancel);
        InstallationRecord.Forget(record);
    }

    // An empty folder is nobody's database.
    private bool HasTables => Directory.Exists(Path.Combine(data, "mysql"));

    private bool IsMarked => File.Exists(Path.Combine(data, Mark));

    private async Task<string> UnpackAsync(string payload, string file, CancellationToken cancel)
    {
        await ClearAsync(Arriving, cancel);
        try
        {
            await ZipFile.ExtractToDirectoryAsync(payload, Directory.CreateDirectory(Arriving).FullName, cancel);
        }
        catch (InvalidDataException e)
        {
            throw new RefusedException(NoMariaDb(file, e.Message), e);
        }

        // The distribution's archive holds one folder, named after its version.
        var unpacked = Directory.GetFileSystemEntries(Arriving) is [var only] && Directory.Exists(only) ? only : Arriving;
        return File.Exists(Path.Combine(unpacked, "bin", "mariadbd.exe")) ? unpacked : throw new RefusedException(NoMariaDb(file, "it holds no bin\\mariadbd.exe"));
    }

    // What stands in the way is moved aside before anything is laid down, so that no file of two versions is mixed. What the product did not lay there is kept.
    private async Task PutInPlaceAsync(string unpacked, IReadOnlyList<string> entries, InstallationRecord? before, CancellationToken cancel)
    {
        var keeps = before is null || Directory.Exists(Replaced);
        var aside = keeps ? Replaced : Leaving;
        await ClearAsync(Leaving, cancel);
        foreach (var entry in entries.Union(before?.Entries ?? []))
        {
            var (here, there) = (Path.Combine(programs, entry), Path.Combine(aside, entry));
            if (Path.Exists(there))
                await ClearAsync(here, cancel);
            else if (Path.Exists(here))
                await OnceReleasedAsync(() => Directory.Move(here, Path.Combine(Directory.CreateDirectory(aside).FullName, entry)), cancel);
        }

        foreach (var entry in entries)
            await OnceReleasedAsync(() => Directory.Move(Path.Combine(unpacked, entry), Path.Combine(programs, entry)), cancel);
    }

    private async Task MakeTablesAsync(CancellationToken cancel)
    {
        var fresh = data + ".new";
        await ClearAsync(fresh, cancel);
        await RunAsync("mariadb-install-db.exe", [$"--datadir={fresh}"], default, cancel);
        File.Delete(Path.Combine(fresh, "my.ini")); // names the folder that this one no longer is; our own configuration stands elsewhere
        await RunAsync("mariadbd.exe", ["--no-defaults", "--console", "--bootstrap", $"--basedir={programs}", $"--datadir={fresh}"], Encoding.ASCII.GetBytes(Accounts()), cancel);
        DurableFile.Write(Path.Combine(fresh, Mark), "Made by the gateway appliance, with accounts whose passwords lie in the machine's store of secrets.\r\n"u8);
        surroundings.InheritRights(fresh);
        if (Directory.Exists(data))
            Directory.Delete(data); // empty, or it says so
        await OnceReleasedAsync(() => Directory.Move(fresh, data), cancel); // a scanner looks at what was just written
    }

    // "FLUSH PRIVILEGES" ends the state without accounts in which a server makes its tables. Names are not resolved (skip-name-resolve): accounts are bound to the loopback's address.
    // No line may follow the comment: the server's bootstrap chokes on a last line that ends (source of mariadb-install-db).
    private string Accounts()
    {
        var (administrator, gateway) = (surroundings.Password(DatabaseSecrets.Administrator), surroundings.Password(DatabaseSecrets.Gateway));
        return $"""
            FLUSH PRIVILEGES;
            DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '127.0.0.1', '::1'));
            UPDATE mysql.global_priv SET Priv = JSON_SET(Priv, '$.plugin', 'mysql_native_password', '$.authentication_string', PASSWORD('{administrator}')) WHERE User = 'root';
            DROP DATABASE IF EXISTS test;
            DELETE FROM mysql.db WHERE User = '';
            CREATE DATABASE IF NOT EXISTS gateway CHARACTER SET utf8mb4;
            CREATE OR REPLACE USER 'gateway'@'127.0.0.1' IDENTIFIED BY '{gateway}';
            GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON gateway.* TO 'gateway'@'127.0.0.1';
            -- end
            """.ReplaceLineEndings("\n");
    }

    private async Task<string> VersionAsync(CancellationToken cancel)
    {
        var said = await RunAsync("mariadbd.exe", ["--version"], default, cancel);
        return Version().Match(said) is { Success: true } found ? found.Groups[1].Value : said.Trim();
    }

    private async Task<string> RunAsync(string program, string[] arguments, ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        try
        {
            var answer = await ExternalProgram.RunAsync(Path.Combine(programs, "bin", program), arguments, input, Patience, cancel);
            return answer.ExitCode == 0 ? answer.Output : throw Failed(program, $"exit code {answer.ExitCode}: {ExternalProgram.LastWords(answer)}");
        }
        catch (ExternalProgramException e)
        {
            throw Failed(program, e.Message);
        }
    }

    private static Sha256Digest DigestOf(string path) => Sha256Digest.Of(File.ReadAllBytes(path));

    private static Task ClearAsync(string path, CancellationToken cancel) => OnceReleasedAsync(
        () =>
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else if (File.Exists(path))
                File.Delete(path);
        },
        cancel);

    // A program that was stopped holds its file a moment longer, and one that a killed run left behind until it is done.
    private static async Task OnceReleasedAsync(Action change, CancellationToken cancel)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(Interval, cancel))
        {
            try
            {
                change();
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && clock.Elapsed < ReleasedWithin)
            {
                // Once more.
            }
        }
    }

    private static Diagnostic NoMariaDb(string file, string why) =>
        Diagnostic.Error("GW2504", $"{file} is no ZIP distribution of MariaDB for Windows: {why}.", "Download the ZIP file (winx64) from MariaDB, not the MSI and not the debug symbols, and pin its digest.");

    private static RefusedException Failed(string program, string why) =>
        new(Diagnostic.Error("GW2506", $"MariaDB's {program} failed: {why}.", "Its own words say why; the Visual C++ runtime may be missing, or a virus scanner may hold its files."));

    [GeneratedRegex(@"\bVer (\d+(\.\d+)+)")]
    private static partial Regex Version();
}

/// <summary>The machine's secrets for its database, by name.</summary>
internal static class DatabaseSecrets
{
    /// <summary>The password of the account that may do everything, for backup and repair.</summary>
    public const string Administrator = "database-administrator";

    /// <summary>The password of the gateway's own account.</summary>
    public const string Gateway = "database-gateway";
}

/// <summary>What of the machine the database's installation needs.</summary>
/// <param name="Password">The password of a name, made when there is none; letters and digits.</param>
/// <param name="StopServiceAsync">Stops the database's service, where there is one: a file in use cannot be moved.</param>
/// <param name="InheritRights">Takes back what a program gave itself on a folder: it gets its rights from the folder above, alone. (mariadb-install-db lets the network service in.)</param>
internal sealed record DatabaseSurroundings(Func<string, string> Password, Func<CancellationToken, Task> StopServiceAsync, Action<string> InheritRights);
