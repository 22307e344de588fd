using System.Collections.Concurrent;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Spooling;

/// <summary>kill -9 at moments that nobody chose, under four associations that send as fast as they can.</summary>
public sealed class KillUnderLoadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task What_was_acknowledged_before_a_kill_is_there_whole_and_once() => KillAsync(rounds: 2);

    [Fact(Explicit = true)]
    public Task What_was_acknowledged_before_thirty_kills_is_there_whole_and_once() => KillAsync(rounds: 30);

    private static async Task KillAsync(int rounds)
    {
        await using var gateway = new GatewayProcess();
        ConcurrentBag<long> acknowledged = [];
        long seed = 0;
        for (var round = 0; round < rounds; round++)
        {
            await gateway.StartAsync();
            AssertKept(gateway, acknowledged);
            Task[] senders = [.. Enumerable.Range(0, 4).Select(_ => SendAsync(gateway, () => Interlocked.Increment(ref seed), acknowledged))];
            var before = acknowledged.Count;
            await Eventually.HoldsAsync(() => acknowledged.Count > before);
            await Task.Delay(Random.Shared.Next(300, 900), Cancellation);
            await gateway.KillAsync();
            await Task.WhenAll(senders);
        }

        await gateway.StartAsync();
        AssertKept(gateway, acknowledged);
    }

    private static async Task SendAsync(GatewayProcess gateway, Func<long> nextSeed, ConcurrentBag<long> acknowledged)
    {
        try
        {
            var contexts = StorageProposal.For([new CtPhantom(0).Meta]);
            await using var client = await StorageClient.ConnectAsync(gateway.Caller, contexts, Cancellation);
            while (true)
            {
                var seed = nextSeed();
                if ((await client.StoreAsync(new MemoryStream(new CtPhantom(seed).ToFile()), null, Cancellation)).IsSuccess)
                    acknowledged.Add(seed);
            }
        }
        catch (AssociationException)
        {
            // the kill
        }
    }

    private static void AssertKept(GatewayProcess gateway, IEnumerable<long> acknowledged)
    {
        var kept = gateway.StoredFiles.Select(StoredObject.Read).GroupBy(stored => stored.Meta.SopInstance).ToDictionary(group => group.Key);
        Assert.All(acknowledged, seed =>
        {
            var phantom = new CtPhantom(seed);
            var stored = Assert.Single(kept[phantom.SopInstanceUid]);
            Assert.Equal(phantom.ToDataSet().Length, stored.DataSetBytes);
            Assert.Null(stored.Summary.Problem);
        });
        Assert.All(gateway.StoredFiles, path => Assert.Equal(Path.GetFileName(path), StoredObject.Read(path).Name.FileName));
        Assert.Empty(gateway.UnfinishedFiles);
    }
}
