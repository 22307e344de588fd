using System.Diagnostics;

namespace Gateway.PrivateServers;

/// <summary>A MariaDB of its own on a free port of loopback, in a temporary folder. It dies with whoever started it only if it is disposed.</summary>
public sealed class MariaDbServer : IAsyncDisposable
{
    private static readonly string[] Needed = ["mariadbd", "mariadb-install-db", "mariadb"];

    // Short: the path of a socket has room for 107 characters.
    private readonly string folder = Directory.CreateTempSubdirectory("gateway-mariadb-").FullName;
    private Process? process;

    private MariaDbServer()
    {
    }

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? WhyNot => OperatingSystem.IsWindows() || !Needed.All(IsInstalled) ? "MariaDB is not installed (mariadb-server-core, mariadb-client-core)" : null;

    /// <summary>Its port.</summary>
    public int Port { get; } = Ports.Free(1)[0];

    private string Socket => Path.Combine(folder, "socket");

    /// <summary>Makes and starts one.</summary>
    /// <exception cref="IOException">It does not start.</exception>
    public static async Task<MariaDbServer> MakeAsync()
    {
        var server = new MariaDbServer();
        try
        {
            await Programs.MustAsync(
                "mariadb-install-db", "--no-defaults", $"--user={Environment.UserName}", "--auth-root-authentication-method=normal", $"--datadir={server.folder}/data", "--skip-test-db");
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a database with an account that may do in it what the gateway's may, and nothing else (the grant of the appliance's provisioning).</summary>
    /// <param name="name">The name of both.</param>
    /// <param name="password">The account's password: letters and digits.</param>
    /// <exception cref="IOException">The server refuses.</exception>
    public Task AddDatabaseAsync(string name, string password) => Programs.MustAsync(
        "mariadb", ["--no-defaults", $"--socket={Socket}", "--user=root"],
        $"""
        CREATE DATABASE {name} CHARACTER SET utf8mb4;
        CREATE USER '{name}'@'127.0.0.1' IDENTIFIED BY '{password}';
        GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON {name}.* TO '{name}'@'127.0.0.1';
        """);

    /// <summary>Starts the server and waits until it takes connections.</summary>
    /// <exception cref="IOException">It does not start.</exception>
    public Task StartAsync()
    {
        process = Process.Start(new ProcessStartInfo("mariadbd",
        [
            "--no-defaults", $"--user={Environment.UserName}", $"--datadir={folder}/data", $"--socket={Socket}", $"--port={Port}", "--bind-address=127.0.0.1", "--skip-name-resolve",
            "--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=64M",
        ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return Ports.UntilListeningAsync(Port);
    }

    /// <summary>Asks the server to stop and waits for it.</summary>
    public async Task StopAsync()
    {
        await Programs.RunAsync("kill", ["-TERM", $"{process!.Id}"]);
        await process.WaitForExitAsync();
    }

    /// <summary>Where a file of a database lies.</summary>
    public string FileOf(string database, string name) => Path.Combine(folder, "data", database, name);

    /// <summary>Ends the server at once and takes its folder away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
}
