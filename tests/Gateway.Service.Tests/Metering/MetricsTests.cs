using System.Diagnostics.Metrics;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Metering;
using Gateway.Service.Tests.Alarming;
using Gateway.Service.Tests.Auditing;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Metering;

/// <summary>What a gateway measures of itself.</summary>
public sealed class MetricsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_metrics_of_a_gateway_are_counted_and_parse()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "storescp (dcmtk) is not installed");
        await using var pacs = await StoreScp.StartAsync(Cancellation);
        await using var gateway = await GatewayProcess.StartedAsync(configuration => AuditedGatewayTests.DeliverTo(configuration, pacs.Port));
        var phantom = new CtPhantom(1);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom));
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom));
        var changed = phantom.ToFile();
        changed[^1] ^= 1;
        await gateway.StoreFileAsync(changed);
        await UntilAsync(gateway, "gateway_deliveries_total{target=\"pacs\",outcome=\"done\"} 1");

        var metrics = Exposition.Parse(await gateway.MetricsAsync());

        Assert.Equal(
            (1, 1, 0, 1, 1),
            (metrics["gateway_received_total"], metrics["gateway_received_duplicates_total"], metrics["gateway_received_new_versions_total"], metrics["gateway_received_refused_total"],
                metrics["gateway_received_quarantined_total"]));
        Assert.Equal(phantom.ToDataSet().Length, metrics["gateway_received_size_bytes_total"]);
        Assert.Equal(3, metrics["gateway_receive_duration_seconds_count"]);
        Assert.Equal(1, metrics["gateway_delivered_instances_total{target=\"pacs\",outcome=\"stored\"}"]);
        Assert.True(metrics["gateway_disk_free_bytes"] > 0);
        Assert.True(metrics["gateway_index_lag"] >= 0);
    }

    [Fact]
    public async Task What_waits_and_what_is_dead_is_measured_for_each_target()
    {
        await using var refusing = new RefusingPacs();
        await using var gateway = await GatewayProcess.StartedAsync(configuration =>
        {
            AuditedGatewayTests.DeliverTo(configuration, refusing.Port);
            configuration["routes"]![0]!["to"]!.AsArray().Add("maximum-care"); // nobody delivers to it yet
        });
        await gateway.StoreAsync(new CtPhantom(1));
        await UntilAsync(gateway, "gateway_dead_letters{target=\"pacs\"} 1");
        await UntilAsync(gateway, "gateway_queue_deliveries{target=\"maximum-care\",priority=\"normal\"} 1");

        var metrics = Exposition.Parse(await gateway.MetricsAsync());

        Assert.True(metrics["gateway_queue_oldest_age_seconds{target=\"maximum-care\",priority=\"normal\"}"] >= 0);
    }

    [Fact]
    public void Labels_with_any_character_parse_and_a_value_lies_in_its_bucket()
    {
        using var meter = new Meter("test");
        using var text = new MetricsText(meter);
        var histogram = meter.CreateHistogram<double>("taken", "s", "how\nlong \\ it took");
        meter.CreateCounter<long>("done").Add(2, new KeyValuePair<string, object?>("target", "a\"b\\c\nd"));
        foreach (var value in new[] { 0.005, 0.006, 99 })
            histogram.Record(value);

        var metrics = Exposition.Parse(text.Write());

        Assert.Equal(2, metrics["done_total{target=\"a\\\"b\\\\c\\nd\"}"]);
        Assert.Equal((1, 2, 2, 3), (metrics["taken_seconds_bucket{le=\"0.005\"}"], metrics["taken_seconds_bucket{le=\"0.01\"}"], metrics["taken_seconds_bucket{le=\"10\"}"], metrics["taken_seconds_bucket{le=\"+Inf\"}"]));
        Assert.Equal(99.011, metrics["taken_seconds_sum"], 6);
    }

    private static async Task UntilAsync(GatewayProcess gateway, string line)
    {
        while (!(await gateway.MetricsAsync()).Split('\n').Contains(line))
            await Task.Delay(50, Cancellation);
    }
}
