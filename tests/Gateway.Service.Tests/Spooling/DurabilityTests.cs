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
    public async Task An_object_that_was_put_into_place_right_before_a_kill_is_taken_in_by_the_next_start()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        var phantom = new CtPhantom(1);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom));
        await gateway.LedgerAsync(1);
        await gateway.KillAsync();
        var ledger = Assert.Single(gateway.LedgerFiles);
        await File.WriteAllTextAsync(ledger, "", Cancellation); // as if the line had not come to the device

        await gateway.StartAsync();

        Assert.Equal(phantom.ToDataSet(), await StoredDataSetAsync(gateway, phantom));
        Assert.Contains("\"event\":\"received\"", await gateway.LedgerAsync(1), StringComparison.Ordinal);
        await gateway.UntilIndexedAsync(1);
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
    public async Task A_database_that_is_deleted_or_damaged_is_made_anew_from_ledger_and_spool(bool damaged)
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        for (var seed = 1; seed <= 3; seed++)
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(seed)));
        await gateway.UntilIndexedAsync(3);
        await gateway.KillAsync();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(gateway.IndexFile)!))
            File.Delete(file);
        if (damaged)
            await File.WriteAllTextAsync(gateway.IndexFile, string.Concat(Enumerable.Repeat("this is no database ", 500)), Cancellation);

        await gateway.StartAsync();

        await gateway.UntilIndexedAsync(3);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(2)));
        Assert.Equal(1, await gateway.CountAsync("duplicates"));
        Assert.Equal(damaged ? 1 : 0, Directory.GetFiles(Path.GetDirectoryName(gateway.IndexFile)!, "*.damaged-*").Length);
    }

    [Fact]
    public async Task A_database_that_is_away_refuses_no_object_and_is_caught_up_when_it_is_back()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await using (var connection = new SqliteConnection($"Data Source={gateway.IndexFile};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            using var command = connection.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync(Cancellation);
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(1)));
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(2)));
            Assert.Equal(HttpStatusCode.OK, (await gateway.HealthAsync()).Status);
            await Eventually.HoldsAsync(async () => (long)(await gateway.HealthAsync()).Report["database"]!["linesBehind"]! > 0);
        }

        await gateway.UntilIndexedAsync(2);
    }

    [Fact]
    public async Task A_line_that_was_torn_is_cut_off_and_one_that_is_gone_is_told()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        for (var seed = 1; seed <= 3; seed++)
            await gateway.StoreAsync(new CtPhantom(seed));
        await gateway.LedgerAsync(3);
        await gateway.KillAsync();
        var ledger = Assert.Single(gateway.LedgerFiles);
        await File.AppendAllTextAsync(ledger, "{\"n\":4,\"at\":\"2026", Cancellation);

        await gateway.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.HealthAsync()).Status);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(4)));
        await gateway.UntilIndexedAsync(4);
        await gateway.KillAsync();

        var lines = await File.ReadAllLinesAsync(ledger, Cancellation);
        Assert.Equal(4, lines.Length);
        await File.WriteAllLinesAsync(ledger, [lines[0], lines[1].Replace("PACS", "PACT", StringComparison.Ordinal), .. lines[2..]], Cancellation);
        await gateway.StartAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.HealthAsync()).Status);
        Assert.Contains("lacks lines 2 to 2", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_was_damaged_or_lost_degrades_the_service_and_nothing_is_removed()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await gateway.StoreAsync(new CtPhantom(1));
        await gateway.StoreAsync(new CtPhantom(2));
        await gateway.LedgerAsync(2);
        await gateway.KillAsync();
        File.Delete(gateway.StoredFiles[0]);

        await gateway.StartAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.HealthAsync()).Status);
    }

    private static async Task<byte[]> StoredDataSetAsync(GatewayProcess gateway, CtPhantom phantom) =>
        (await File.ReadAllBytesAsync(Assert.Single(gateway.StoredFiles), Cancellation))[^phantom.ToDataSet().Length..];
}
