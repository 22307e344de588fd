using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Delivering;

/// <summary>From a sender through the service's process to a real target.</summary>
public sealed class DeliveryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_study_arrives_at_storescp_unchanged_and_once()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "DCMTK is not installed");
        await using var target = await StoreScp.StartAsync(Cancellation, "-B", "-uf"); // bytes as they come, each in a file of its own
        await using var gateway = await GatewayProcess.StartedAsync(To(target.EndPoint));
        var study = Study(8);

        await StoreAsync(gateway, study);

        await UntilDeliveredAsync(gateway, "pacs", () => Directory.GetFiles(target.Folder).Length >= study.Count);
        Assert.Equal(Hashes(study), Directory.GetFiles(target.Folder).Select(file => HashOf(File.ReadAllBytes(file))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_study_arrives_at_Orthanc_unchanged_and_once()
    {
        await using var target = await Orthanc.StartAsync();
        await using var gateway = await GatewayProcess.StartedAsync(To(new IPEndPoint(IPAddress.Loopback, target.Port), "ORTHANC"));
        var study = Study(8);

        await StoreAsync(gateway, study);

        await Eventually.HoldsAsync(async () => (await target.FilesAsync()).Count >= study.Count, 60);
        await UntilDeliveredAsync(gateway, "pacs", () => true);
        Assert.Equal(Hashes(study), (await target.FilesAsync()).Select(HashOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_target_that_was_down_gets_everything_once_it_is_up()
    {
        var port = Dcmtk.FreePort();
        await using var gateway = await GatewayProcess.StartedAsync(To(new IPEndPoint(IPAddress.Loopback, port)));
        var study = Study(4);
        await StoreAsync(gateway, study);
        await Eventually.HoldsAsync(async () => (await LedgerAsync(gateway)).Contains("\"event\":\"postponed\""), 60);

        await using var target = new ScriptedScp(port: port);

        await UntilDeliveredAsync(gateway, "pacs", () => target.Received.Count >= study.Count);
        Assert.Equal(Hashes(study), target.Received.Select(one => one.Sha256).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_study_that_is_sent_again_for_somebody_else_goes_there_and_nowhere_twice()
    {
        await using var first = new ScriptedScp();
        await using var second = new ScriptedScp();
        await using var gateway = await GatewayProcess.StartedAsync(configuration =>
        {
            To(first.EndPoint, "PACS1")(configuration);
            configuration["targets"]!["dicom"]!.AsArray().Add(Target("archive", second.EndPoint, "ARCHIVE1"));
            var other = configuration["routes"]![0]!.DeepClone();
            (other["id"], other["calledAeTitle"], other["to"]) = ("other", "EMERGENCY", new JsonArray("archive"));
            configuration["routes"]!.AsArray().Insert(0, other);
        });
        var study = Study(3);
        await StoreAsync(gateway, study);
        await UntilDeliveredAsync(gateway, "pacs", () => first.Received.Count == 3);

        await StoreAsync(gateway, study, "EMERGENCY");
        await UntilDeliveredAsync(gateway, "archive", () => second.Received.Count == 3);
        await StoreAsync(gateway, study);
        await StoreAsync(gateway, study, "EMERGENCY");

        Assert.Equal(Hashes(study), second.Received.Select(one => one.Sha256).Order(StringComparer.Ordinal));
        Assert.Equal(3, first.Received.Count);
        Assert.Equal(3, Count(await LedgerAsync(gateway), "cameAgain"));
        Assert.Equal(9, await gateway.CountAsync("duplicates"));
    }

    [Fact]
    public async Task Nothing_goes_back_to_where_it_came_from()
    {
        await using var origin = new ScriptedScp();
        await using var other = new ScriptedScp();
        await using var gateway = await GatewayProcess.StartedAsync(configuration =>
        {
            To(origin.EndPoint, "PACS")(configuration);
            configuration["targets"]!["dicom"]!.AsArray().Add(Target("archive", other.EndPoint, "ARCHIVE1"));
            configuration["routes"]![0]!["to"] = new JsonArray("pacs", "archive");
        });

        await StoreAsync(gateway, Study(3));

        await UntilDeliveredAsync(gateway, "archive", () => other.Received.Count == 3);
        Assert.Empty(origin.Received);
        Assert.Equal(0, origin.Associations);
    }

    [Fact]
    public async Task The_order_of_the_queue_survives_a_kill()
    {
        var port = Dcmtk.FreePort();
        await using var gateway = await GatewayProcess.StartedAsync(To(new IPEndPoint(IPAddress.Loopback, port)));
        await StoreAsync(gateway, [new Image("1") { Study = "1.2.30", Series = "1.2.30.1" }], "ARCHIVE");
        await StoreAsync(gateway, [new Image("1") { Study = "1.2.20", Series = "1.2.20.1" }]);
        await Eventually.HoldsAsync(async () => Count(await LedgerAsync(gateway), "queued") == 2, 60);
        await StoreAsync(gateway, [new Image("1") { Study = "1.2.21", Series = "1.2.21.1" }]);
        await Eventually.HoldsAsync(async () => Count(await LedgerAsync(gateway), "queued") == 3, 60);
        await StoreAsync(gateway, [new Image("1") { Study = "1.2.10", Series = "1.2.10.1" }], "EMERGENCY");
        await Eventually.HoldsAsync(async () => Count(await LedgerAsync(gateway), "queued") == 4, 60);
        await gateway.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(4), Cancellation); // the longest wait between attempts: all of them are due

        await using var target = new ScriptedScp(port: port);
        await gateway.StartAsync();

        await UntilDeliveredAsync(gateway, "pacs", () => target.Received.Count >= 4);
        Assert.Equal(["1.2.10.1.1", "1.2.20.1.1", "1.2.21.1.1", "1.2.30.1.1"], target.Uids);
    }

    [Fact]
    public Task What_was_being_delivered_when_the_service_was_killed_is_at_the_target_afterwards() => KillAsync(kills: 3);

    [Fact(Explicit = true)]
    public Task What_was_being_delivered_when_the_service_was_killed_thirty_times_is_at_the_target_afterwards() => KillAsync(kills: 30);

    private static async Task KillAsync(int kills)
    {
        var gate = new SemaphoreSlim(0);
        await using var target = new ScriptedScp(async _ =>
        {
            await gate.WaitAsync(Cancellation);
            return 0;
        });
        await using var gateway = await GatewayProcess.StartedAsync(To(target.EndPoint));
        var study = Study(4 * kills);
        await StoreAsync(gateway, study);
        for (var kill = 0; kill < kills; kill++)
        {
            gate.Release(3);
            var before = target.Received.Count;
            await Eventually.HoldsAsync(() => target.Received.Count >= before + 2);
            await gateway.KillAsync();
            await gateway.StartAsync();
        }

        gate.Release(100 * kills);
        await UntilDeliveredAsync(gateway, "pacs", () => target.Received.Select(one => one.Uid).Distinct().Count() == study.Count);
        Assert.Equal(Hashes(study), target.Received.Select(one => one.Sha256).Distinct().Order(StringComparer.Ordinal));
        gate.Dispose();
    }

    private static Action<JsonObject> To(IPEndPoint target, string title = "TARGET") => SampleConfiguration.SendingTo(target, title);

    private static JsonObject Target(string id, IPEndPoint target, string title) => SampleConfiguration.Target(id, target, title);

    private static List<Image> Study(int images) =>
        [.. Enumerable.Range(1, images).Select(number => new Image($"{number}") { Series = $"1.2.3.{number % 2}", PatientName = "Müller^Ä", PixelBytes = 20_000 + (2 * number) })];

    private static async Task StoreAsync(GatewayProcess gateway, IReadOnlyList<Image> images, string called = "DICOMMAIL")
    {
        await using var client = await StorageClient.ConnectAsync(gateway.Caller with { Called = AeTitle.Parse(called) }, StorageProposal.For(images.Select(image => image.Meta)), Cancellation);
        foreach (var image in images)
            Assert.Equal(DimseStatus.Success, await client.StoreAsync(new MemoryStream(image.ToFile()), null, Cancellation));
        await client.ReleaseAsync(Cancellation);
    }

    private static async Task UntilDeliveredAsync(GatewayProcess gateway, string target, Func<bool> arrived)
    {
        await Eventually.HoldsAsync(arrived);
        await Eventually.HoldsAsync(async () =>
        {
            var (ledger, report) = (await LedgerAsync(gateway), (await gateway.HealthAsync()).Report);
            return report["queue"]!.AsArray().Count == 0 && Count(ledger, "finished") > 0 && ledger.Contains($"\"target\":\"{target}\"", StringComparison.Ordinal);
        }, 60);
    }

    private static Task<string> LedgerAsync(GatewayProcess gateway) => gateway.LedgerAsync(0);

    private static int Count(string ledger, string what) => ledger.Split($"\"event\":\"{what}\"").Length - 1;

    private static IEnumerable<string> Hashes(IEnumerable<Image> images) =>
        images.Select(image => Convert.ToHexStringLower(SHA256.HashData(image.ToDataSet()))).Order(StringComparer.Ordinal);

    private static string HashOf(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return Convert.ToHexStringLower(SHA256.HashData(file.AsSpan((int)Part10Header.Read(stream).DataSetOffset)));
    }
}
