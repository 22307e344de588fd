using System.Text.Json.Nodes;
using Gateway.PrivateServers;
using Gateway.Service.Indexing;
using MySqlConnector;
using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>
/// A MariaDB of its own on a free loopback port, with the account that provisioning makes: what that account may not do, no test does.
/// </summary>
public sealed class GatewayDatabase : IAsyncLifetime
{
    public const string Password = "forTestsOnly";

    private const string Name = "gateway";

    private MariaDbServer? server;

    public int Port => server!.Port;

    internal Dialect Dialect => new Dialect.MariaDb(new MySqlConnectionStringBuilder
    {
        Server = "127.0.0.1",
        Port = (uint)Port,
        Database = Name,
        UserID = Name,
        Password = Password,
        CharacterSet = "utf8mb4",
        ConnectionTimeout = 5,
    });

    public async ValueTask InitializeAsync()
    {
        if (MariaDbServer.WhyNot is not null)
            return;
        server = await MariaDbServer.MakeAsync();
        await server.AddDatabaseAsync(Name, Password);
    }

    public void SkipWhereMissing() => Assert.SkipWhen(server is null, MariaDbServer.WhyNot ?? "");

    /// <summary>Has a gateway use this server; its password lies beside its other data.</summary>
    /// <param name="configuration">The gateway's configuration.</param>
    public void Configure(JsonObject configuration)
    {
        configuration["index"]!["provider"] = "mariadb";
        configuration["index"]!["server"] = "127.0.0.1";
        configuration["index"]!["port"] = Port;
        configuration["index"]!["database"] = Name;
        configuration["index"]!["user"] = Name;
        configuration["index"]!["passwordFile"] = @"D:\VISUS\data\database-password";
    }

    /// <summary>Starts the server and waits until it takes connections.</summary>
    public Task StartAsync() => server!.StartAsync();

    /// <summary>Asks the server to stop and waits for it.</summary>
    public Task StopAsync() => server!.StopAsync();

    /// <summary>Where the files of a table lie.</summary>
    public string FileOf(string name) => server!.FileOf(Name, name);

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Tests that share the server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class MariaDbCollection : ICollectionFixture<GatewayDatabase>
{
    public const string Name = "MariaDB";
}
