using System.Diagnostics;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Indexing;
using MySqlConnector;
using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>
/// A MariaDB of its own on a free loopback port, with the account that provisioning makes: what that account may not do, no test does.
/// </summary>
public sealed class MariaDbServer : IAsyncLifetime
{
    public const string Password = "for tests only";

    private readonly string folder = Directory.CreateTempSubdirectory("mariadb-").FullName;
    private Process? process;

    public int Port { get; } = Dcmtk.FreePort();

    internal Dialect Dialect => new Dialect.MariaDb(new MySqlConnectionStringBuilder
    {
        Server = "127.0.0.1",
        Port = (uint)Port,
        Database = "gateway",
        UserID = "gateway",
        Password = Password,
        CharacterSet = "utf8mb4",
        ConnectionTimeout = 5,
    });

    private string Socket => Path.Combine(folder, "socket");

    public async ValueTask InitializeAsync()
    {
        if (!Dcmtk.IsInstalled("mariadbd", "mariadb-install-db", "mariadb"))
            return;
        var (made, said) = await Dcmtk.RunAsync(
            "mariadb-install-db", ["--no-defaults", "--user=root", "--auth-root-authentication-method=normal", $"--datadir={folder}/data", "--skip-test-db"], CancellationToken.None);
        Assert.True(made == 0, said);
        await StartAsync();
        var (granted, answer) = await Dcmtk.RunAsync(
            "mariadb",
            [
                "--no-defaults", $"--socket={Socket}", "--user=root", "--execute",
                $"""
                CREATE DATABASE gateway CHARACTER SET utf8mb4;
                CREATE USER 'gateway'@'127.0.0.1' IDENTIFIED BY '{Password}';
                GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON gateway.* TO 'gateway'@'127.0.0.1';
                """,
            ],
            CancellationToken.None);
        Assert.True(granted == 0, answer);
    }

    public void SkipWhereMissing() => Assert.SkipWhen(process is null, "MariaDB is not installed (mariadb-server-core, mariadb-client-core)");

    /// <summary>Starts the server and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        process = Dcmtk.Start(
            "mariadbd",
            [
                "--no-defaults", "--user=root", $"--datadir={folder}/data", $"--socket={Socket}", $"--port={Port}", "--bind-address=127.0.0.1", "--skip-name-resolve",
                "--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=64M",
            ]);
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await Dcmtk.WaitForPortAsync(Port, CancellationToken.None);
    }

    /// <summary>Asks the server to stop and waits for it.</summary>
    public async Task StopAsync()
    {
        await Dcmtk.RunAsync("kill", ["-TERM", $"{process!.Id}"], CancellationToken.None);
        await process.WaitForExitAsync();
    }

    /// <summary>Where the files of a table lie.</summary>
    public string FileOf(string name) => Path.Combine(folder, "data", "gateway", name);

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
}

/// <summary>Tests that share the server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class MariaDbCollection : ICollectionFixture<MariaDbServer>
{
    public const string Name = "MariaDB";
}
