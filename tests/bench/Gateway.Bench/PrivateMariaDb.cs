using System.Diagnostics;
using System.Globalization;
using Gateway.Service.Indexing;
using Gateway.Wine.Tests;
using MySqlConnector;

namespace Gateway.Bench;

/// <summary>A MariaDB of its own, on a loopback port, as long as it is held.</summary>
internal sealed class PrivateMariaDb : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("gateway-bench-mariadb-").FullName;
    private readonly int port = Receiver.FreePort();
    private Process? process;

    private PrivateMariaDb()
    {
    }

    /// <summary>The database.</summary>
    public Dialect Dialect => new Dialect.MariaDb(new MySqlConnectionStringBuilder { Server = "127.0.0.1", Port = (uint)port, Database = "gateway", UserID = "root", CharacterSet = "utf8mb4" });

    /// <summary>Makes and starts one.</summary>
    public static async Task<PrivateMariaDb> StartAsync(CancellationToken cancel)
    {
        var server = new PrivateMariaDb();
        await Tools.MustAsync("mariadb-install-db", ["--no-defaults", "--user=root", "--auth-root-authentication-method=normal", $"--datadir={server.folder}/data", "--skip-test-db"], cancel);
        server.process = Process.Start(new ProcessStartInfo(
            "mariadbd", ["--no-defaults", "--user=root", $"--datadir={server.folder}/data", $"--socket={server.folder}/socket", string.Create(CultureInfo.InvariantCulture, $"--port={server.port}"), "--bind-address=127.0.0.1", "--skip-name-resolve"])
        {
            RedirectStandardError = true,
        });
        _ = server.process!.StandardError.ReadToEndAsync(cancel);
        for (var clock = Stopwatch.StartNew(); (await Tools.RunAsync("mariadb", ["--no-defaults", $"--socket={server.folder}/socket", "-u", "root", "-e", "CREATE DATABASE IF NOT EXISTS gateway CHARACTER SET utf8mb4"], cancel)).ExitCode != 0; await Task.Delay(200, cancel))
        {
            if (clock.Elapsed > Patience)
                throw new TimeoutException("MariaDB does not come up");
        }

        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
