using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

/// <summary>What the service answers to C-STORE; after a refusal the same association goes on.</summary>
public sealed class StoreTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    private readonly GatewayProcess gateway = shared.Process;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_is_kept_as_a_file_with_the_bytes_that_were_sent_and_who_sent_it()
    {
        var phantom = new CtPhantom(100);

        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom));

        var stored = gateway.StoredFiles.Single(path => File.ReadAllBytes(path).AsSpan().EndsWith(phantom.ToDataSet()));
        await using var file = File.OpenRead(stored);
        Assert.Equal(phantom.Meta with { SourceAeTitle = AeTitle.Parse("PACS"), ReceivingAeTitle = AeTitle.Parse("DICOMMAIL") }, Part10Header.Read(file).Meta);
    }

    [Fact]
    public async Task The_same_image_again_is_acknowledged_and_a_changed_one_is_kept_beside_it()
    {
        var phantom = new CtPhantom(101);
        var changed = phantom.ToDataSet();
        changed[changed.AsSpan().IndexOf("Rehearsal^Phantom"u8)] = (byte)'P'; // the patient has another name now
        var (received, duplicates, versions) =
            (await gateway.CountAsync("received"), await gateway.CountAsync("duplicates"), await gateway.CountAsync("newVersions"));

        await using var client = await Sender.ConnectAsync(gateway);
        Assert.Equal(DimseStatus.Success, await client.StoreAsync(phantom.Meta, phantom.ToDataSet()));
        Assert.Equal(DimseStatus.Success, await client.StoreAsync(phantom.Meta, phantom.ToDataSet()));
        Assert.Equal(DimseStatus.Success, await client.StoreAsync(phantom.Meta, changed));

        Assert.Equal(1, await gateway.CountAsync("duplicates") - duplicates);
        Assert.Equal(1, await gateway.CountAsync("newVersions") - versions);
        Assert.Equal(2, await gateway.CountAsync("received") - received);
        Assert.Contains(gateway.StoredFiles, path => File.ReadAllBytes(path).AsSpan().EndsWith(phantom.ToDataSet()));
        Assert.Contains(gateway.StoredFiles, path => File.ReadAllBytes(path).AsSpan().EndsWith(changed));
    }

    [Fact]
    public async Task A_data_set_that_is_cut_off_is_answered_C000()
    {
        var phantom = new CtPhantom(102);

        await AssertRefusedAsync(phantom.Meta, phantom.ToDataSet()[..^100], 0xC000);
    }

    [Fact]
    public async Task A_data_set_that_is_nonsense_is_answered_C000() =>
        await AssertRefusedAsync(new CtPhantom(103).Meta, "GET / HTTP/1.1\r\nHost: pacs\r\n\r\n"u8.ToArray(), 0xC000);

    [Fact]
    public async Task A_data_set_of_another_instance_or_class_than_the_command_is_answered_A900()
    {
        var phantom = new CtPhantom(104);

        await AssertRefusedAsync(phantom.Meta with { SopInstance = Uid.Parse("1.2.3") }, phantom.ToDataSet(), 0xA900);
        await AssertRefusedAsync(phantom.Meta with { SopClass = Uid.Parse("1.2.840.10008.5.1.4.1.1.4") }, phantom.ToDataSet(), 0xA900);
    }

    [Fact]
    public async Task A_data_set_longer_than_allowed_is_answered_A700_after_it_was_read_past() =>
        await AssertRefusedAsync(new CtPhantom(105).Meta, new byte[2_000_000], 0xA700);

    [Fact]
    public async Task An_operation_that_is_not_spoken_here_is_answered_0211()
    {
        await using var sender = await Sender.ConnectAsync(gateway);

        var find = new CommandSet
        {
            CommandField = 0x0020, // C-FIND-RQ
            MessageId = 9,
            AffectedSopClassUid = SopClasses.CtImageStorage,
            HasDataSet = true,
        };
        Assert.Equal(DimseStatus.UnrecognizedOperation, await sender.SendAsync(find, new byte[1000]));

        Assert.Equal(DimseStatus.Success, await sender.StoreAsync(new CtPhantom(106).Meta, new CtPhantom(106).ToDataSet()));
    }

    private async Task AssertRefusedAsync(FileMetaInformation meta, byte[] dataSet, ushort status)
    {
        await using var sender = await Sender.ConnectAsync(gateway);
        var refused = await gateway.CountAsync("refused");
        var good = new CtPhantom(status);

        Assert.Equal(new DimseStatus(status), await sender.StoreAsync(meta, dataSet));

        Assert.Equal(DimseStatus.Success, await sender.StoreAsync(good.Meta, good.ToDataSet())); // the same association
        Assert.Equal(refused + 1, await gateway.CountAsync("refused"));
        Assert.Empty(gateway.UnfinishedFiles);
        await sender.ReleaseAsync();
    }

    /// <summary>A storage user that sends whatever it is told to.</summary>
    private sealed class Sender : IAsyncDisposable
    {
        private readonly Association association;
        private readonly MessageExchange messages;
        private ushort id;

        private Sender(Association association) => (this.association, messages) = (association, new MessageExchange(association));

        public static async Task<Sender> ConnectAsync(GatewayProcess gateway)
        {
            ProposedContext[] contexts = [new ProposedContext(1, SopClasses.CtImageStorage, [TransferSyntax.ExplicitVrLittleEndian])];
            return new Sender(await AssociationRequestor.RequestAsync(gateway.Caller, contexts, TimeProvider.System, Cancellation));
        }

        public Task<DimseStatus> StoreAsync(FileMetaInformation meta, byte[] dataSet) =>
            SendAsync(new StoreRequest(++id, meta.SopClass, meta.SopInstance).ToCommand(), dataSet);

        public async Task<DimseStatus> SendAsync(CommandSet command, byte[] dataSet)
        {
            await messages.SendAsync(association.Contexts[1], command, new MemoryStream(dataSet), null, Cancellation);
            return (await messages.ReceiveAsync(Cancellation))!.Command.Status!.Value;
        }

        public ValueTask ReleaseAsync() => association.ReleaseAsync(Cancellation);

        public ValueTask DisposeAsync() => association.DisposeAsync();
    }
}
