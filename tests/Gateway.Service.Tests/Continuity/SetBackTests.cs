using System.Net;
using System.Text.Json.Nodes;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Continuity;

/// <summary>The service's process on a volume that is put back to what it was before a delivery.</summary>
public sealed class SetBackTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_spool_that_was_set_back_before_a_delivery_receives_and_sends_nothing_until_somebody_has_reconciled()
    {
        var port = Dcmtk.FreePort();
        await using var gateway = await GatewayProcess.StartedAsync(SampleConfiguration.SendingTo(new IPEndPoint(IPAddress.Loopback, port)));
        await gateway.StoreAsync(new CtPhantom(1));
        await Eventually.HoldsAsync(async () => (await gateway.LedgerAsync(0)).Contains("postponed", StringComparison.Ordinal), 60);
        await gateway.StopAsync();
        var snapshot = gateway.SpoolFolder + ".snapshot";
        await Dcmtk.RunAsync("cp", ["-a", gateway.SpoolFolder, snapshot], Cancellation);
        await using var target = new ScriptedScp(port: port);
        await gateway.StartAsync();
        await Eventually.HoldsAsync(async () => (await gateway.LedgerAsync(0)).Contains("finished", StringComparison.Ordinal), 60);
        await gateway.StopAsync();
        Assert.Single(target.Received);

        Directory.Delete(gateway.SpoolFolder, recursive: true);
        Directory.Move(snapshot, gateway.SpoolFolder);
        await gateway.StartAsync();

        var (status, report) = await gateway.HealthAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (status, (bool)report["sending"]!["isPaused"]!));
        Assert.Contains("the ledger lacks its line", (string)report["sending"]!["because"]!);
        Assert.Contains("gateway_sending_paused 1", await gateway.MetricsAsync());
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(2)));
        await Eventually.HoldsAsync(() => gateway.LogLines().Any(line => line.Contains("GW8013", StringComparison.Ordinal)));
        JsonNode? found = null;
        await Eventually.HoldsAsync(async () => (found = await gateway.AskAsync(HttpMethod.Get, "sending/comparison"))["deliveries"]!.AsArray().Count == 2, 60); // both are due, and neither is sent
        Assert.Equal((2, 2, 0), ((int)found!["comparison"]!["inSpool"]!, (int)found["comparison"]!["inLedger"]!, (int)found["comparison"]!["notInSpool"]!));
        Assert.Single(target.Received);

        await gateway.AskAsync(HttpMethod.Post, "sending/resume?by=Site%20IT");

        await Eventually.HoldsAsync(async () => (await gateway.HealthAsync()).Report["queue"]!.AsArray().Count == 0, 60);
        Assert.Equal(3, target.Received.Count);
        Assert.Equal(2, target.Received.Distinct().Count()); // the first once more, as it was
        Assert.Contains("\"event\":\"resumed\",\"by\":\"Site IT\"", await gateway.LedgerAsync(0));
        Assert.Equal(HttpStatusCode.OK, (await gateway.HealthAsync()).Status);
    }
}
