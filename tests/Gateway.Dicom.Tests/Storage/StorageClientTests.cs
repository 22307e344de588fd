using System.Net;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Xunit;

namespace Gateway.Dicom.Tests.Storage;

/// <summary>Our SCU against DCMTK's SCP.</summary>
public sealed class StorageClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Storescp_answers_our_echo_and_stores_our_image_unchanged()
    {
        await using var scp = await StartAsync("-B");
        var phantom = new CtPhantom(11);
        long sent = 0;

        await using var client = await StorageClient.ConnectAsync(Options(scp), StorageProposal.For([phantom.Meta]), Cancellation);
        var echo = await client.EchoAsync(Cancellation);
        var store = await client.StoreAsync(new MemoryStream(phantom.ToFile()), new Told(count => sent = count), Cancellation);
        await client.ReleaseAsync(Cancellation);

        Assert.Equal(DimseStatus.Success, echo);
        Assert.Equal(DimseStatus.Success, store);
        Assert.Equal(phantom.ToDataSet().Length, sent);
        var stored = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(scp.Folder)), Cancellation);
        Assert.Equal(phantom.ToDataSet(), stored[^phantom.ToDataSet().Length..]);
    }

    [Fact]
    public async Task A_peer_with_a_small_maximum_pdu_gets_more_and_smaller_ones()
    {
        await using var scp = await StartAsync("-B", "-pdu", "4096");
        var phantom = new CtPhantom(12);

        await using var client = await StorageClient.ConnectAsync(Options(scp), StorageProposal.For([phantom.Meta]), Cancellation);

        Assert.Equal(DimseStatus.Success, await client.StoreAsync(new MemoryStream(phantom.ToFile()), null, Cancellation));
    }

    [Fact]
    public async Task A_file_whose_syntax_is_not_accepted_is_not_sent_and_the_association_goes_on()
    {
        await using var scp = await StartAsync("+xi");
        var phantom = new CtPhantom(13);

        await using var client = await StorageClient.ConnectAsync(Options(scp), StorageProposal.For([phantom.Meta]), Cancellation);
        var refusal = await Assert.ThrowsAsync<ContextNotAcceptedException>(
            () => client.StoreAsync(new MemoryStream(phantom.ToFile()), null, Cancellation));

        Assert.Equal(TransferSyntax.ExplicitVrLittleEndian, refusal.TransferSyntax);
        Assert.Equal(DimseStatus.Success, await client.EchoAsync(Cancellation));
    }

    [Fact]
    public async Task A_rejection_is_told_in_the_words_of_the_standard()
    {
        await using var scp = await StartAsync("--refuse");

        var rejection = await Assert.ThrowsAsync<AssociationRejectedException>(
            () => StorageClient.ConnectAsync(Options(scp), StorageProposal.For([]), Cancellation));

        Assert.Equal(new AssociateReject(1, 1, 1), rejection.Rejection);
    }

    [Fact]
    public async Task A_peer_that_aborts_during_the_store_is_reported_as_such()
    {
        await using var scp = await StartAsync("--abort-after");
        var phantom = new CtPhantom(14);

        await using var client = await StorageClient.ConnectAsync(Options(scp), StorageProposal.For([phantom.Meta]), Cancellation);

        await Assert.ThrowsAsync<AssociationAbortedException>(
            () => client.StoreAsync(new MemoryStream(phantom.ToFile()), null, Cancellation));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_lost_association() =>
        await Assert.ThrowsAsync<AssociationLostException>(() => StorageClient.ConnectAsync(
            new RequestorOptions(new IPEndPoint(IPAddress.Loopback, Dcmtk.FreePort()), AeTitle.Parse("US"), AeTitle.Parse("THEM")),
            StorageProposal.For([]), Cancellation));

    private static RequestorOptions Options(StoreScp scp) => new(scp.EndPoint, AeTitle.Parse("US"), AeTitle.Parse("STORESCP"));

    private static Task<StoreScp> StartAsync(params string[] options)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "storescp (dcmtk) is not installed");
        return StoreScp.StartAsync(Cancellation, options);
    }

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
