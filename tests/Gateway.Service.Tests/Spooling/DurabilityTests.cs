using System.Net;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Service.Tests.Running;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Gateway.Service.Tests.Spooling;

/// <summary>The promise of the spool, tested on the process.</summary>
public sealed class DurabilityTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_killed_between_the_rename_and_the_answer_leaves_the_object_and_the_next_start_adds_it_to_the_ledger()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        var phantom = new CtPhantom(1);
        using (await LockLedgerAsync(gateway)) // the service waits for the ledger, after the rename and before the answer
        {
            var storing = gateway.StoreAsync(phantom);
            while (gateway.StoredFiles.Count == 0)
                await Task.Delay(5, Cancellation);
            await gateway.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => storing);
        }

        await gateway.StartAsync();

        Assert.Equal(phantom.ToDataSet(), await StoredDataSetAsync(gateway, phantom));
        Assert.Equal(1, await RowsAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, (await gateway.HealthAsync()).Status);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom)); // the sender, who got no answer, sends it again
        Assert.Equal(1, await gateway.CountAsync("duplicates"));
        Assert.Single(gateway.StoredFiles);
    }

    [Fact]
    public async Task A_process_killed_while_an_object_arrives_leaves_nothing_after_the_next_start()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await using var half = await HalfStore.BeginAsync(gateway);
        while (gateway.UnfinishedFiles.Count == 0)
            await Task.Delay(5, Cancellation);

        await gateway.KillAsync();
        Assert.Single(gateway.UnfinishedFiles);
        await gateway.StartAsync();

        Assert.Empty(gateway.UnfinishedFiles);
        Assert.Empty(gateway.StoredFiles);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ledger_that_is_deleted_or_damaged_is_rebuilt_from_the_spool(bool damaged)
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        for (var seed = 1; seed <= 3; seed++)
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(seed)));
        await gateway.KillAsync();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(gateway.LedgerFile)!))
            File.Delete(file);
        if (damaged)
            await File.WriteAllTextAsync(gateway.LedgerFile, string.Concat(Enumerable.Repeat("this is no database ", 500)), Cancellation);

        await gateway.StartAsync();

        Assert.Equal(3, await RowsAsync(gateway));
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(2)));
        Assert.Equal(1, await gateway.CountAsync("duplicates"));
        Assert.Equal(damaged ? 1 : 0, Directory.GetFiles(Path.GetDirectoryName(gateway.LedgerFile)!, "*.damaged-*").Length);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_written_does_not_refuse_an_object_but_degrades_the_service_until_the_next_start()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        using (await LockLedgerAsync(gateway))
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(1)));

        var (status, report) = await gateway.HealthAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "degraded"), (status, (string?)report["status"]));
        Assert.Equal(0, await RowsAsync(gateway));

        await gateway.KillAsync();
        await gateway.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await gateway.HealthAsync()).Status);
        Assert.Equal(1, await RowsAsync(gateway));
    }

    [Fact]
    public async Task An_object_that_was_damaged_or_lost_degrades_the_service_and_nothing_is_removed()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await gateway.StoreAsync(new CtPhantom(1));
        await gateway.StoreAsync(new CtPhantom(2));
        await gateway.KillAsync();
        File.Delete(gateway.StoredFiles[0]);

        await gateway.StartAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.HealthAsync()).Status);
        Assert.Equal(2, await RowsAsync(gateway));
    }

    private static async Task<IDisposable> LockLedgerAsync(GatewayProcess gateway)
    {
        var connection = new SqliteConnection($"Data Source={gateway.LedgerFile};Pooling=False");
        await connection.OpenAsync(Cancellation);
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Cancellation);
        return connection;
    }

    private static async Task<long> RowsAsync(GatewayProcess gateway)
    {
        await using var connection = new SqliteConnection($"Data Source={gateway.LedgerFile};Pooling=False");
        await connection.OpenAsync(Cancellation);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM instance WHERE state = 'received'";
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task<byte[]> StoredDataSetAsync(GatewayProcess gateway, CtPhantom phantom) =>
        (await File.ReadAllBytesAsync(Assert.Single(gateway.StoredFiles), Cancellation))[^phantom.ToDataSet().Length..];
}
