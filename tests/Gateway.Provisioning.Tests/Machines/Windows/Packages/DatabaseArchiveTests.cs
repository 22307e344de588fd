using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Windows.Packages;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows.Packages;

/// <summary>MariaDB's installation from its archive, with Debian's MariaDB in the place of the Windows one: its tables, accounts and server are real, its folders are Linux folders.</summary>
public sealed class DatabaseArchiveTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gw-mariadb-").FullName;
    private readonly Dictionary<string, string> passwords = [];
    private readonly List<string> inheriting = [];
    private int stopped;

    public DatabaseArchiveTests() => Directory.CreateDirectory(Programs);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Programs => Path.Combine(folder, "MariaDB");

    private string Data => Path.Combine(folder, "data");

    private string Calls => Path.Combine(folder, "calls");

    private string FailAt => Calls + ".fail";

    private DatabaseArchive Archive => new(Programs, Data, Path.Combine(folder, "state", "mariadb.json"), new DatabaseSurroundings(Password, Stop, inheriting.Add));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_database_is_installed_with_accounts_of_its_own_and_no_password_is_an_argument()
    {
        Assert.SkipWhen(MariaDbPayload.Missing is not null, MariaDbPayload.Missing ?? "");
        Assert.Null(await Archive.ReadAsync("mariadb", Cancel));
        await Archive.RemoveAsync(Cancel); // of a run that failed before anything was installed
        await InstallAsync(Payload("one"));

        var state = (await Archive.ReadAsync("mariadb", Cancel))!;
        Assert.Matches(@"^\d+\.\d+\.\d+$", state.Version);
        Assert.Equal("one.zip", state.File);
        Assert.Equal([Data + ".new"], inheriting);
        Assert.Equal(2, stopped);
        Assert.False(File.Exists(Path.Combine(Data, "my.ini")));
        Assert.Equal(["bin", "share"], Names(Programs));
        Assert.False(Directory.Exists(Data + ".new"));
        var calls = await File.ReadAllTextAsync(Calls, Cancel);
        Assert.Contains("--bootstrap", calls, StringComparison.Ordinal);
        Assert.All(passwords.Values, password => Assert.DoesNotContain(password, calls, StringComparison.Ordinal));

        using var server = await ServerAsync();
        Assert.Equal("gateway@127.0.0.1\n", (await server.AskAsync("gateway", passwords["database-gateway"], "SELECT CURRENT_USER()")).Output);
        Assert.Equal(0, (await server.AskAsync("gateway", passwords["database-gateway"], "CREATE TABLE gateway.t (i INT); INSERT INTO gateway.t VALUES (1)")).ExitCode);
        Assert.NotEqual(0, (await server.AskAsync("gateway", passwords["database-gateway"], "SELECT * FROM mysql.global_priv")).ExitCode);
        Assert.NotEqual(0, (await server.AskAsync("gateway", "", "SELECT 1")).ExitCode);
        Assert.NotEqual(0, (await server.AskAsync("root", "", "SELECT 1")).ExitCode);
        Assert.NotEqual(0, (await server.AskAsync("nobody", "", "SELECT 1")).ExitCode);
        Assert.Equal("0\n", (await server.AskAsync("root", passwords["database-administrator"], "SELECT COUNT(*) FROM mysql.global_priv WHERE User = '' OR Host NOT IN ('localhost', '127.0.0.1', '::1')")).Output);
    }

    [Fact]
    public async Task Another_version_takes_the_programs_place_and_the_tables_stay()
    {
        Assert.SkipWhen(MariaDbPayload.Missing is not null, MariaDbPayload.Missing ?? "");
        await InstallAsync(Payload("one", "lib/old.dll", "old.txt"));
        await File.WriteAllTextAsync(Path.Combine(Programs, "notes.txt"), "the administrator's", Cancel);
        using (var server = await ServerAsync())
            Assert.Equal(0, (await server.AskAsync("gateway", passwords["database-gateway"], "CREATE TABLE gateway.kept (i INT)")).ExitCode);

        await InstallAsync(Payload("two", "lib/new.dll"));
        Assert.Equal("two.zip", (await Archive.ReadAsync("mariadb", Cancel))!.File);
        Assert.Equal(["bin", "lib", "notes.txt", "share"], Names(Programs));
        Assert.Equal(["new.dll"], Names(Path.Combine(Programs, "lib")));
        Assert.Equal(2, stopped);
        using (var server = await ServerAsync())
            Assert.Equal("kept\n", (await server.AskAsync("gateway", passwords["database-gateway"], "SHOW TABLES IN gateway")).Output);

        await Archive.RemoveAsync(Cancel);
        Assert.Null(await Archive.ReadAsync("mariadb", Cancel));
        Assert.Equal(["notes.txt"], Names(Programs));
        Assert.True(Directory.Exists(Path.Combine(Data, "mysql")));
        await InstallAsync(Payload("three"));
        Assert.Equal("three.zip", (await Archive.ReadAsync("mariadb", Cancel))!.File);
        using (var server = await ServerAsync())
            Assert.Equal("kept\n", (await server.AskAsync("gateway", passwords["database-gateway"], "SHOW TABLES IN gateway")).Output);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("install")]
    [InlineData("--no-defaults")]
    public async Task A_program_that_fails_is_named_and_the_next_try_goes_through(string call)
    {
        Assert.SkipWhen(MariaDbPayload.Missing is not null, MariaDbPayload.Missing ?? "");
        await File.WriteAllTextAsync(FailAt, call + "\n", Cancel);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => InstallAsync(Payload("one")));
        Assert.Equal("GW2506", refused.Diagnostic.Code);
        Assert.Contains("exit code 3", refused.Diagnostic.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Data, "mysql")));

        File.Delete(FailAt);
        await InstallAsync(Payload("one"));
        Assert.Equal("one.zip", (await Archive.ReadAsync("mariadb", Cancel))!.File);
        using var server = await ServerAsync();
        Assert.Equal(0, (await server.AskAsync("gateway", passwords["database-gateway"], "SELECT 1")).ExitCode);
    }

    [Fact]
    public async Task Cut_off_anywhere_it_is_not_said_to_be_installed_and_the_next_try_goes_through()
    {
        Assert.SkipWhen(MariaDbPayload.Missing is not null, MariaDbPayload.Missing ?? "");
        var payload = Payload("one");
        var cut = 0;
        for (var after = 0; after < 3000; after += 250)
        {
            using var power = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            power.CancelAfter(after);
            try
            {
                await Archive.InstallAsync(payload, Path.GetFileName(payload), Sha256Digest.Of(File.ReadAllBytes(payload)), power.Token);
                break;
            }
            catch (OperationCanceledException)
            {
                cut++;
                Assert.True(await Archive.ReadAsync("mariadb", Cancel) is null or { File: null });
            }
        }

        Assert.InRange(cut, 2, 12);
        await InstallAsync(payload);
        Assert.Equal("one.zip", (await Archive.ReadAsync("mariadb", Cancel))!.File);
        Assert.Equal(["bin", "share"], Names(Programs));
    }

    [Fact]
    public async Task Tables_of_somebody_else_are_never_touched()
    {
        Directory.CreateDirectory(Path.Combine(Data, "mysql"));
        var seen = (await Archive.ReadAsync("mariadb", Cancel))!;
        Assert.Null(seen.File);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => InstallAsync(Payload("one")));
        Assert.Equal("GW2505", refused.Diagnostic.Code);
        Assert.Equal(["mysql"], Names(Data));
        Assert.Empty(Names(Programs));
    }

    [Fact]
    public async Task Programs_of_somebody_else_are_set_aside()
    {
        Assert.SkipWhen(MariaDbPayload.Missing is not null, MariaDbPayload.Missing ?? "");
        Directory.CreateDirectory(Path.Combine(Programs, "bin"));
        await File.WriteAllTextAsync(Path.Combine(Programs, "bin", "mysqld.exe"), "somebody's", Cancel);
        await File.WriteAllTextAsync(FailAt, "install\n", Cancel);
        await Assert.ThrowsAsync<RefusedException>(() => InstallAsync(Payload("one")));
        File.Delete(FailAt);
        await InstallAsync(Payload("one"));
        await InstallAsync(Payload("two"));
        Assert.Equal("somebody's", await File.ReadAllTextAsync(Path.Combine(Programs, ".replaced", "bin", "mysqld.exe"), Cancel));
        Assert.False(File.Exists(Path.Combine(Programs, "bin", "mysqld.exe")));
    }

    [Theory]
    [InlineData("no archive at all")]
    [InlineData(null)]
    public async Task What_is_no_distribution_is_refused_before_anything_is_moved(string? text)
    {
        var payload = Path.Combine(folder, "wrong.zip");
        if (text is null)
            System.IO.Compression.ZipFile.CreateFromDirectory(Programs, payload);
        else
            await File.WriteAllTextAsync(payload, text, Cancel);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => InstallAsync(payload));
        Assert.Equal("GW2504", refused.Diagnostic.Code);
        Assert.Equal(0, stopped);
    }

    private static IEnumerable<string> Names(string path) => Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)!).Where(name => name != ".replaced").Order(StringComparer.Ordinal);

    private string Password(string name) => passwords.TryGetValue(name, out var known) ? known : passwords[name] = $"p{Guid.NewGuid():N}";

    private Task Stop(CancellationToken cancel)
    {
        stopped++;
        return Task.CompletedTask;
    }

    private string Payload(string name, params string[] more)
    {
        var path = Path.Combine(folder, $"{name}.zip");
        if (!File.Exists(path))
            MariaDbPayload.Write(path, Calls, more);
        return path;
    }

    private Task InstallAsync(string payload) => Archive.InstallAsync(payload, Path.GetFileName(payload), Sha256Digest.Of(File.ReadAllBytes(payload)), Cancel);

    private Task<RunningServer> ServerAsync() => RunningServer.StartAsync(Path.Combine(Programs, "bin", "mariadbd.exe"), Data, Cancel);

    /// <summary>The installed server on a port of loopback.</summary>
    private sealed class RunningServer(Process process, int port) : IDisposable
    {
        public static async Task<RunningServer> StartAsync(string program, string data, CancellationToken cancel)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var port = ((IPEndPoint)free.LocalEndpoint).Port;
            free.Stop();
            var process = Process.Start(program, ["--no-defaults", $"--datadir={data}", $"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve", $"--socket={data}.sock", $"--log-error={data}.log", $"--pid-file={data}.pid"]);
            for (var waited = 0; ; waited++)
            {
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, port, cancel);
                    return new RunningServer(process, port);
                }
                catch (SocketException) when (waited < 200 && !process.HasExited)
                {
                    await Task.Delay(100, cancel);
                }
            }
        }

        public async Task<(int ExitCode, string Output)> AskAsync(string user, string password, string sql)
        {
            var start = new ProcessStartInfo(MariaDbPayload.Client, ["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", $"--port={port}", $"--user={user}", "--skip-column-names", "--batch"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["MYSQL_PWD"] = password;
            using var client = Process.Start(start)!;
            await client.StandardInput.WriteAsync(sql);
            client.StandardInput.Close();
            var said = await client.StandardOutput.ReadToEndAsync(Cancel);
            await client.WaitForExitAsync(Cancel);
            return (client.ExitCode, said);
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
