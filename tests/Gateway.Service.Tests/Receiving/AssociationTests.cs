using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

/// <summary>Who gets in, and what those who break the protocol get. Whatever a peer does, the next one is served.</summary>
public sealed class AssociationTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private readonly GatewayProcess gateway = shared.Process;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dcmtk_is_echoed()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("echoscu"), "echoscu (dcmtk) is not installed");

        var (exitCode, output) =
            await Dcmtk.RunAsync("echoscu", ["-aet", "PACS", "-aec", "DICOMMAIL", "127.0.0.1", $"{gateway.Port}"], Cancellation);

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Gdcm_echoes_and_stores()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("gdcmscu"), "gdcmscu (libgdcm-tools) is not installed");
        var image = new Image("1") { Series = "1.2.3.64" };
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.dcm");
        await File.WriteAllBytesAsync(file, image.ToFile(), Cancellation);
        string[] to = ["--aetitle", "PACS", "--call", "DICOMMAIL", "-H", "127.0.0.1", "-p", $"{gateway.Port}"];
        var (before, released) = (await gateway.CountAsync("received"), Released());

        // Debian's gdcmscu 3.0.21 throws after every confirmed release, with any peer: what the gateway saw counts.
        await Dcmtk.RunAsync("gdcmscu", ["--echo", .. to], Cancellation);
        await Eventually.HoldsAsync(() => Released() == released + 1);
        await Dcmtk.RunAsync("gdcmscu", ["--store", .. to, "-i", file], Cancellation);
        await Eventually.HoldsAsync(() => Released() == released + 2);
        File.Delete(file);

        Assert.Equal(before + 1, await gateway.CountAsync("received"));
        Assert.EndsWith(Convert.ToHexString(image.ToDataSet()), Convert.ToHexString(await File.ReadAllBytesAsync(gateway.StoredFiles.Single(path => IsOf(path, image)), Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dcmsend_stores()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("dcmsend"), "dcmsend (dcmtk) is not installed");
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.dcm");
        await File.WriteAllBytesAsync(file, new Image("1") { Series = "1.2.3.65" }.ToFile(), Cancellation);
        var before = await gateway.CountAsync("received");

        var (exitCode, output) = await Dcmtk.RunAsync("dcmsend", ["-aet", "PACS", "-aec", "DICOMMAIL", "127.0.0.1", $"{gateway.Port}", file], Cancellation);
        File.Delete(file);

        Assert.True(exitCode == 0, output);
        Assert.Equal(before + 1, await gateway.CountAsync("received"));
    }

    [Theory]
    [InlineData("PACS", "OTHER", 7)]
    [InlineData("STRANGER", "DICOMMAIL", 3)]
    [InlineData("STRANGER", "OTHER", 7)]
    public async Task A_wrong_called_or_calling_title_is_rejected_with_its_reason(string calling, string called, byte reason)
    {
        var options = gateway.Caller with { Calling = AeTitle.Parse(calling), Called = AeTitle.Parse(called) };

        var rejected = await Assert.ThrowsAsync<AssociationRejectedException>(() =>
            StorageClient.ConnectAsync(options, StorageProposal.For([]), Cancellation));

        Assert.Equal(new AssociateReject(1, 1, reason), rejected.Rejection);
        Assert.Equal(DimseStatus.Success, await gateway.EchoAsync());
    }

    [Fact]
    public async Task A_right_title_from_a_wrong_address_is_rejected_and_so_is_everyone_where_nobody_may_call()
    {
        await using var elsewhere =
            await GatewayProcess.StartedAsync(configuration => configuration["dicom"]!["callers"]![0]!["addresses"]!.AsArray().RemoveAt(1));
        await using var nobody = await GatewayProcess.StartedAsync(configuration => configuration["dicom"]!["callers"]!.AsArray().Clear());

        foreach (var closed in new[] { elsewhere, nobody })
        {
            var rejected = await Assert.ThrowsAsync<AssociationRejectedException>(() => closed.EchoAsync());
            Assert.Equal(new AssociateReject(1, 1, 3), rejected.Rejection);
        }
    }

    [Theory]
    [InlineData(new byte[] { 4, 0, 0xFF, 0xFF, 0xFF, 0xFF }, AbortReason.InvalidPduParameter)] // P-DATA-TF longer than announced
    [InlineData(new byte[] { 4, 0, 0, 2, 0, 1 }, AbortReason.InvalidPduParameter)] // by one byte
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 0 }, AbortReason.InvalidPduParameter)] // of no length
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 6, 0, 0, 0, 9, 1, 3 }, AbortReason.InvalidPduParameter)] // a fragment longer than its PDU
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 6, 0, 0, 0, 2, 99, 3 }, AbortReason.InvalidPduParameter)] // on a context that was not accepted
    [InlineData(
        new byte[] { 4, 0, 0, 0, 0, 14, 0, 0, 0, 10, 1, 3, 0, 0, 0, 1, 9, 9, 9, 9 }, AbortReason.InvalidPduParameter)] // invalid DIMSE
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 4, 0, 0, 0, 0 }, AbortReason.UnrecognizedPdu)]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 68 }, AbortReason.UnexpectedPdu)]
    [InlineData(new byte[] { 6, 0, 0, 0, 0, 4, 0, 0, 0, 0 }, AbortReason.UnexpectedPdu)]
    public async Task What_breaks_the_protocol_is_aborted_with_its_reason(byte[] bytes, AbortReason reason)
    {
        using var peer = await RawAsync();
        if (bytes[0] == 2)
            bytes = [.. bytes, .. new byte[68]];

        await peer.SendAsync(bytes, Cancellation);
        var answer = await ReadAsync(peer, 10);

        Assert.Equal(new Abort(AbortSource.ServiceProvider, reason).ToBytes(), answer);
        Assert.Equal(DimseStatus.Success, await gateway.EchoAsync());
    }

    [Fact]
    public async Task A_first_pdu_that_is_oversized_or_no_pdu_at_all_is_aborted()
    {
        foreach (var bytes in new byte[][] { [1, 0, 0xFF, 0xFF, 0xFF, 0xFF], [.. "GET / HTTP/1.1\r\n\r\n"u8], new byte[64] })
        {
            using var peer = await ConnectAsync();
            await peer.SendAsync(bytes, Cancellation);
            Assert.Equal(7, (await ReadAsync(peer, 10))[0]);
        }

        Assert.Equal(DimseStatus.Success, await gateway.EchoAsync());
    }

    [Fact]
    public async Task A_silent_peer_is_let_go_after_the_idle_time_whether_or_not_it_has_an_association()
    {
        await using var impatient = await GatewayProcess.StartedAsync(configuration => configuration["dicom"]!["idleTimeoutSeconds"] = 1);
        using var silent = await ConnectAsync(impatient);
        await using var half = await HalfStore.BeginAsync(impatient);

        Assert.Empty(await ReadAsync(silent, 10));
        Assert.IsType<AssociationAbortedException>(await half.EndAsync());
        await Eventually.HoldsAsync(() => Task.FromResult(impatient.UnfinishedFiles.Count == 0));
        Assert.Equal(DimseStatus.Success, await impatient.EchoAsync());
    }

    [Fact]
    public async Task Sixty_four_associations_store_at_once_the_next_is_rejected_for_now_and_is_served_once_a_place_is_free()
    {
        await using var busy = await GatewayProcess.StartedAsync();
        var images = Enumerable.Range(0, 65).Select(number => new Image("1") { Series = $"1.2.3.{number + 1}" }).ToList();
        var clients = await Task.WhenAll(
            images.Take(64).Select(image => StorageClient.ConnectAsync(busy.Caller, StorageProposal.For([image.Meta]), Cancellation)));

        var rejected = await Assert.ThrowsAsync<AssociationRejectedException>(() => busy.EchoAsync());
        Assert.Equal(new AssociateReject(2, 3, 2), rejected.Rejection); // transient, presentation, local limit exceeded (PS3.8 section 9.3.4)
        var storing = clients.Select(async (client, number) =>
        {
            await Task.Yield();
            return await client.StoreAsync(new MemoryStream(images[number].ToFile()), null, Cancellation);
        });
        Assert.All(await Task.WhenAll(storing), status => Assert.Equal(DimseStatus.Success, status));

        await clients[0].ReleaseAsync(Cancellation);
        await Eventually.HoldsAsync(async () => await busy.StoreFileAsync(images[64].ToFile()) == DimseStatus.Success);
        Assert.All(await Task.WhenAll(clients.Skip(1).Select(client => client.EchoAsync(Cancellation))), status => Assert.Equal(DimseStatus.Success, status));
        await Task.WhenAll(clients.Skip(1).Select(client => client.ReleaseAsync(Cancellation)));
        Assert.Equal((65, 0), (await busy.CountAsync("received"), await busy.CountAsync("refused")));
        Assert.Equal(65, busy.StoredFiles.Count);
    }

    private int Released() => gateway.LogLines().Count(line => line.Contains("is released: ", StringComparison.Ordinal));

    private static bool IsOf(string path, Image image) => Path.GetFileName(path).StartsWith(SpoolName.HashOf(image.SopInstanceUid), StringComparison.Ordinal);

    private Task<Socket> ConnectAsync() => ConnectAsync(gateway);

    private static async Task<Socket> ConnectAsync(GatewayProcess gateway)
    {
        var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.Port), Cancellation);
        return peer;
    }

    /// <summary>A raw connection with an association for Verification on context 1.</summary>
    private async Task<Socket> RawAsync()
    {
        var peer = await ConnectAsync();
        var request = new AssociateRequest
        {
            CalledAeTitle = AeTitle.Parse("DICOMMAIL"),
            CallingAeTitle = AeTitle.Parse("PACS"),
            Contexts = StorageProposal.For([]),
            UserInformation = UserInformation.Own(16384),
        };
        await peer.SendAsync(request.ToBytes(), Cancellation);
        var header = await ReadAsync(peer, 6);
        Assert.Equal(2, header[0]);
        await ReadAsync(peer, (header[4] * 256) + header[5]);
        return peer;
    }

    /// <summary>That many bytes, or fewer where the other side ends.</summary>
    private static async Task<byte[]> ReadAsync(Socket peer, int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count && await peer.ReceiveAsync(bytes.AsMemory(read), Cancellation) is var more and > 0)
            read += more;
        return bytes[..read];
    }
}
