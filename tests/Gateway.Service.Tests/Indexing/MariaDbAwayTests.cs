using System.Net;
using Dapper;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Indexing;

/// <summary>The service's process with MariaDB, as provisioning configures it.</summary>
[Collection(MariaDbCollection.Name)]
public sealed class MariaDbAwayTests(GatewayDatabase server)
{
    [Fact]
    public async Task Images_are_received_while_the_server_is_stopped_and_it_is_caught_up_when_it_is_back()
    {
        server.SkipWhereMissing();
        await using (var connection = await server.Dialect.OpenAsync(CancellationToken.None))
            await Service.Indexing.IndexRebuild.EmptyAsync(connection, server.Dialect, TimeProvider.System, CancellationToken.None);
        await using var gateway = new GatewayProcess(server.Configure);
        gateway.Lay("database-password", GatewayDatabase.Password);
        await gateway.StartAsync();
        await StoreAsync(gateway, 1, 3);
        await Eventually.HoldsAsync(async () => await IndexedAsync() == 3, 60);

        await server.StopAsync();
        await StoreAsync(gateway, 4, 6);
        await Eventually.HoldsAsync(async () => !(bool)(await gateway.HealthAsync()).Report["database"]!["isThere"]!, 60);
        Assert.Equal(HttpStatusCode.OK, (await gateway.HealthAsync()).Status);
        Assert.Equal(6, gateway.StoredFiles.Count);
        await gateway.KillAsync();
        await gateway.StartAsync(); // without a server
        await StoreAsync(gateway, 7, 9);
        await server.StartAsync();

        await Eventually.HoldsAsync(async () => await IndexedAsync() == 9, 60);
        await Eventually.HoldsAsync(async () => (await gateway.HealthAsync()).Report["database"]!.ToJsonString() == """{"isThere":true,"linesBehind":0}""", 60);
        Assert.False(File.Exists(gateway.IndexFile));
        Assert.DoesNotContain(GatewayDatabase.Password, gateway.Output, StringComparison.Ordinal);
    }

    private static async Task StoreAsync(GatewayProcess gateway, int first, int last)
    {
        for (var seed = first; seed <= last; seed++)
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(seed)));
    }

    private async Task<long> IndexedAsync()
    {
        try
        {
            await using var connection = await server.Dialect.OpenAsync(CancellationToken.None);
            return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM instance");
        }
        catch (System.Data.Common.DbException)
        {
            return -1; // not made yet
        }
    }
}
