using System.Net;
using System.Text.Json.Nodes;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Committing;

/// <summary>Peers ask the gateway to commit itself to what they have sent (PS3.4 annex J): the answer is the truth of the spool.</summary>
public sealed class AnsweredPeerTests
{
    private static readonly string Ct = SopClasses.CtImageStorage.Value;
    private static readonly Uid Mr = Uid.Parse("1.2.840.10008.5.1.4.1.1.4");
    private static readonly Uid Transaction = Uid.Parse("1.2.3.99");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orthanc_asks_and_is_told_on_an_association_of_its_own()
    {
        var port = Dcmtk.FreePort();
        await using var orthanc = await Orthanc.StartAsync(port);
        await using var gateway = await GatewayProcess.StartedAsync(To(orthanc.Port), port);
        await gateway.StoreFileAsync(new Image("1").ToFile());
        await gateway.StoreFileAsync(new Image("2").ToFile());

        var kept = await orthanc.AskAsync((Ct, "1.2.3.1.1"), (Ct, "1.2.3.1.2"));
        await Eventually.HoldsAsync(async () => (await orthanc.ReportAsync(kept)).Status != "Pending", 60);
        var mixed = await orthanc.AskAsync((Ct, "1.2.3.1.1"), (Ct, "1.2.3.1.77"), (Mr.Value, "1.2.3.1.2"));
        await Eventually.HoldsAsync(async () => (await orthanc.ReportAsync(mixed)).Status != "Pending", 60);

        Assert.Equal("Success", (await orthanc.ReportAsync(kept)).Status);
        var (status, failures) = await orthanc.ReportAsync(mixed);
        Assert.Equal("Failure", status);
        Assert.Equal([("1.2.3.1.2", 0x0119), ("1.2.3.1.77", 0x0112)], failures.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value)));
        await Eventually.HoldsAsync(async () => Count(await gateway.LedgerAsync(0), "commitmentReported") == 2);
    }

    [Fact]
    public async Task A_request_that_was_answered_survives_a_kill_and_is_reported_when_the_peer_is_there()
    {
        var orthancPort = Dcmtk.FreePort();
        await using var gateway = await GatewayProcess.StartedAsync(To(orthancPort));
        await gateway.StoreFileAsync(new Image("1").ToFile());
        await using (var user = await CommitmentUser.ConnectAsync(gateway.Caller with { Calling = AeTitle.Parse("ORTHANC") }, (_, _) => throw new NotSupportedException(), Cancellation))
        {
            Assert.Equal(DimseStatus.Success, await user.AskAsync(new CommitmentRequest(Transaction, [Reference("1")]), Cancellation));
            await gateway.KillAsync();
        }

        await gateway.StartAsync();
        var told = new Told();
        await using var peer = new ReportedPeer(told, orthancPort);

        await Eventually.HoldsAsync(() => !told.Reports.IsEmpty);
        Assert.Equal(Transaction, told.Reports.First().Transaction);
        Assert.Equal([Reference("1")], told.Reports.First().Committed);
        await Eventually.HoldsAsync(async () => Count(await gateway.LedgerAsync(0), "commitmentReported") == 1);
    }

    [Fact]
    public async Task A_peer_that_waits_is_told_on_the_same_association_what_is_kept_missing_of_another_class_and_in_quarantine()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        foreach (var number in new[] { "1", "2", "3" })
            await gateway.StoreFileAsync(new Image(number).ToFile());
        Assert.Equal(0xC001, (await gateway.StoreFileAsync(new Image("3") { PixelBytes = 900 }.ToFile())).Code);
        CommitmentReport? report = null;
        await using var user = await CommitmentUser.ConnectAsync(gateway.Caller, (told, _) =>
        {
            report = told;
            return Task.FromResult(DimseStatus.Success);
        }, Cancellation);

        await user.AskAsync(new CommitmentRequest(Transaction, [Reference("1"), Reference("2") with { SopClass = Mr }, Reference("3"), Reference("4")]), Cancellation);
        Assert.True(await user.ListenAsync(Cancellation));
        await user.ReleaseAsync(Cancellation);

        Assert.Equal([Reference("1")], report!.Committed);
        Assert.Equal(["0119", "0110", "0112"], report.Failed.Select(one => one.Reason.ToString()));
        await Eventually.HoldsAsync(async () => (await gateway.LedgerAsync(0)).Contains("\"kept\":1,\"notKept\":3}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_object_is_not_committed()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await gateway.StoreFileAsync(new Image("1").ToFile());
        var file = Assert.Single(gateway.StoredFiles);
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[^10] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);
        CommitmentReport? report = null;
        await using var user = await CommitmentUser.ConnectAsync(gateway.Caller, (told, _) =>
        {
            report = told;
            return Task.FromResult(DimseStatus.Success);
        }, Cancellation);

        await user.AskAsync(new CommitmentRequest(Transaction, [Reference("1")]), Cancellation);
        Assert.True(await user.ListenAsync(Cancellation));
        await user.ReleaseAsync(Cancellation);

        Assert.Equal([new FailedInstance(Reference("1"), FailureReason.ProcessingFailure)], report!.Failed);
    }

    [Fact]
    public async Task A_peer_that_is_no_target_and_does_not_wait_is_not_told_and_that_is_recorded()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await using var user = await CommitmentUser.ConnectAsync(gateway.Caller, (_, _) => throw new NotSupportedException(), Cancellation);

        await user.AskAsync(new CommitmentRequest(Transaction, [Reference("1")]), Cancellation);
        await user.ReleaseAsync(Cancellation);

        await Eventually.HoldsAsync(async () => (await gateway.LedgerAsync(0)).Contains("\"untold\":\"it ended its association and is no target\"", StringComparison.Ordinal));
    }

    private static InstanceReference Reference(string number) => new(SopClasses.CtImageStorage, new Image(number).SopInstanceUid);

    private static int Count(string ledger, string what) => ledger.Split($"\"event\":\"{what}\"").Length - 1;

    private static Action<JsonObject> To(int orthancPort) => configuration =>
    {
        configuration["dicom"]!["callers"]!.AsArray().Add(SampleConfiguration.Caller("ORTHANC"));
        configuration["targets"]!["dicom"]!.AsArray().Add(SampleConfiguration.Target("orthanc", new IPEndPoint(IPAddress.Loopback, orthancPort), "ORTHANC"));
    };
}
