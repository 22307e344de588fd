using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.UpperLayer;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Xunit;

namespace Gateway.Dicom.Tests.Dimse;

/// <summary>The provider against our own messages, where DCMTK cannot be made to send them.</summary>
public sealed class StorageProviderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_operation_with_a_data_set_is_answered_0211_and_the_association_goes_on()
    {
        var dialogue = await Dialogue.OpenAsync();

        var find = Request(commandField: 0x0020);
        await dialogue.Messages.SendAsync(dialogue.Context, find, new MemoryStream(new byte[50_000]), null, Cancellation);
        var refused = await dialogue.Messages.ReceiveAsync(Cancellation);
        await dialogue.Messages.SendAsync(dialogue.Context, new EchoRequest(2).ToCommand(), Cancellation);
        var echoed = await dialogue.Messages.ReceiveAsync(Cancellation);

        Assert.Equal(DimseStatus.UnrecognizedOperation, refused!.Command.Status);
        Assert.Equal((ushort?)0x8020, refused.Command.CommandField);
        Assert.Equal(DimseStatus.Success, echoed!.Command.Status);
        await dialogue.ReleaseAsync();
    }

    [Fact]
    public async Task A_store_without_an_instance_uid_is_answered_C000_and_its_data_set_is_read_past()
    {
        var dialogue = await Dialogue.OpenAsync();

        var store = Request(CommandField.StoreRequest);
        await dialogue.Messages.SendAsync(dialogue.Context, store, new MemoryStream(new byte[40_000]), null, Cancellation);
        var refused = await dialogue.Messages.ReceiveAsync(Cancellation);

        Assert.Equal(DimseStatus.CannotUnderstand, refused!.Command.Status);
        await dialogue.ReleaseAsync();
    }

    [Fact]
    public async Task What_a_handler_leaves_of_a_data_set_is_read_past()
    {
        var dialogue = await Dialogue.OpenAsync(readsAll: false);
        var phantom = new CtPhantom(1);

        for (ushort id = 1; id <= 3; id++)
        {
            var request = new StoreRequest(id, SopClasses.CtImageStorage, phantom.SopInstanceUid);
            await dialogue.Messages.SendAsync(
                dialogue.Context, request.ToCommand(), new MemoryStream(phantom.ToDataSet()), null, Cancellation);
            Assert.Equal((ushort?)id, (await dialogue.Messages.ReceiveAsync(Cancellation))!.Command.MessageIdBeingRespondedTo);
        }

        await dialogue.ReleaseAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16372)]
    [InlineData(16378)]
    [InlineData(16379)]
    [InlineData(100_001)]
    public async Task A_data_set_of_any_length_arrives_whole(int length)
    {
        var dialogue = await Dialogue.OpenAsync();
        var bytes = Enumerable.Range(0, length).Select(index => (byte)(index % 251)).ToArray();

        var request = new StoreRequest(1, SopClasses.CtImageStorage, Uid.Parse("1.2.3"));
        await dialogue.Messages.SendAsync(dialogue.Context, request.ToCommand(), new MemoryStream(bytes), null, Cancellation);
        await dialogue.Messages.ReceiveAsync(Cancellation);
        await dialogue.ReleaseAsync();

        Assert.Equal(length % 2 == 0 ? bytes : [.. bytes, 0], dialogue.Received);
    }

    [Fact]
    public async Task A_response_that_nobody_asked_for_aborts()
    {
        var dialogue = await Dialogue.OpenAsync();

        await dialogue.Messages.SendAsync(dialogue.Context, new EchoResponse(1, DimseStatus.Success).ToCommand(), Cancellation);

        await Assert.ThrowsAsync<AssociationAbortedException>(async () => await dialogue.Messages.ReceiveAsync(Cancellation));
        await Assert.ThrowsAsync<ProtocolViolationException>(() => dialogue.Serving);
    }

    [Fact]
    public async Task A_command_set_without_end_aborts_at_its_limit()
    {
        var dialogue = await Dialogue.OpenAsync();

        await dialogue.Association.SendAsync(dialogue.Association.NewFragment(), 1, isCommand: true, isLast: false, 10_000, Cancellation);
        await dialogue.Association.SendAsync(dialogue.Association.NewFragment(), 1, isCommand: true, isLast: false, 10_000, Cancellation);

        await Assert.ThrowsAsync<AssociationAbortedException>(async () => await dialogue.Messages.ReceiveAsync(Cancellation));
        await Assert.ThrowsAsync<ProtocolViolationException>(() => dialogue.Serving);
    }

    [Fact]
    public async Task A_data_set_fragment_where_a_command_is_due_aborts()
    {
        var dialogue = await Dialogue.OpenAsync();

        await dialogue.Association.SendAsync(dialogue.Association.NewFragment(), 1, isCommand: false, isLast: true, 8, Cancellation);

        await Assert.ThrowsAsync<AssociationAbortedException>(async () => await dialogue.Messages.ReceiveAsync(Cancellation));
        await Assert.ThrowsAsync<ProtocolViolationException>(() => dialogue.Serving);
    }

    [Fact]
    public async Task A_release_inside_a_message_aborts_as_unexpected()
    {
        var dialogue = await Dialogue.OpenAsync();

        await dialogue.Messages.SendAsync(dialogue.Context, Request(CommandField.StoreRequest), Cancellation);
        var releasing = dialogue.Association.ReleaseAsync(Cancellation).AsTask();

        var abort = (await Assert.ThrowsAsync<AssociationAbortedException>(() => releasing)).Abort;
        Assert.Equal(new Abort(AbortSource.ServiceProvider, AbortReason.UnexpectedPdu), abort);
        await Assert.ThrowsAsync<ProtocolViolationException>(() => dialogue.Serving);
    }

    private static CommandSet Request(ushort commandField) =>
        new() { CommandField = commandField, MessageId = 1, AffectedSopClassUid = SopClasses.CtImageStorage, HasDataSet = true };

    /// <summary>A requestor's messages, and a provider that serves them.</summary>
    private sealed class Dialogue : IStorageHandler
    {
        private readonly bool readsAll;
        private readonly MemoryStream received = new();

        private Dialogue(Association association, bool readsAll)
        {
            Association = association;
            this.readsAll = readsAll;
            Messages = new MessageExchange(association);
        }

        public Association Association { get; }

        public MessageExchange Messages { get; }

        public Task Serving { get; private set; } = Task.CompletedTask;

        public PresentationContext Context => Association.Contexts[3];

        public byte[] Received => received.ToArray();

        public static async Task<Dialogue> OpenAsync(bool readsAll = true)
        {
            var (requestor, acceptor) = await LoopbackPair.OpenAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);
            var dialogue = new Dialogue(requestor, readsAll);
            dialogue.Serving = StorageProvider.ServeAsync(acceptor, dialogue, Cancellation);
            return dialogue;
        }

        public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
        {
            while (readsAll && await operation.ReadAsync(cancellation) is { IsEmpty: false } bytes)
                received.Write(bytes.Span);
            return new StoreOutcome(DimseStatus.Success);
        }

        public async Task ReleaseAsync()
        {
            await Association.ReleaseAsync(Cancellation);
            await Serving;
        }
    }
}
