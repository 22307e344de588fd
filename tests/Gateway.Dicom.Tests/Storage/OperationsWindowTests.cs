using System.Collections.Concurrent;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.UpperLayer;
using Gateway.Dicom.Tests.UpperLayer.Protocol;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Dicom.Tests.Storage;

/// <summary>The asynchronous operations window (PS3.7 annex D.3.3.3), which no tool of Debian proposes: our two sides against each other.</summary>
public sealed class OperationsWindowTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 8, null)]
    [InlineData(5, 8, 5)]
    [InlineData(5, 3, 3)]
    [InlineData(5, 1, 1)]
    [InlineData(0, 4, 4)]
    public async Task The_acceptor_answers_what_was_proposed_as_far_as_its_own_limit_and_nothing_to_nothing(
        int? proposed, int limit, int? answered)
    {
        var request = LoopbackPair.Request with
        {
            UserInformation = UserInformation.Own(16384) with
            {
                Window = proposed is { } number ? new OperationsWindow((ushort)number, 7) : null,
            },
        };
        var policy = LoopbackPair.Policy with { MaximumOperations = _ => limit };
        var (peer, accepting) = await LoopbackPair.RawAsync(policy, TimeProvider.System, Cancellation);

        await peer.SendAsync(request.ToBytes(), Cancellation);
        var answer = AssociateAccept.Read((await peer.ReadPduAsync(Cancellation)).AsSpan(PduReader.HeaderLength));

        Assert.Equal(answered is { } invoked ? new OperationsWindow((ushort)invoked, 1) : null, answer.UserInformation.Window);
        Assert.Equal(answered ?? 1, (await accepting).PerformedOperations);
        peer.Dispose();
    }

    [Fact]
    public async Task A_requestor_proposes_nothing_unless_it_is_told_to()
    {
        var (requestor, acceptor) = await LoopbackPair.OpenAsync(
            LoopbackPair.Policy with { MaximumOperations = _ => 9 }, TimeProvider.System, Cancellation);

        Assert.Null(acceptor.Peer.Window);
        Assert.Equal((1, 1), (requestor.InvokedOperations, acceptor.PerformedOperations));
        await LoopbackPair.AbortBothAsync(requestor, acceptor);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public async Task An_answer_beyond_the_proposal_aborts_with_words(ushort answered)
    {
        var (peer, requesting) = await LoopbackPair.RequestingAsync(options => options with { MaximumOperations = 3 }, Cancellation);

        var accept = LoopbackPair.Accept with
        {
            UserInformation = UserInformation.Own(16384) with { Window = new OperationsWindow(answered, 1) },
        };
        await peer.SendAsync(accept.ToBytes(), Cancellation);

        Assert.Equal(
            new Abort(AbortSource.ServiceProvider, AbortReason.InvalidPduParameter).ToBytes(), await peer.ReadPduAsync(Cancellation));
        peer.Dispose();
        Assert.Contains("outstanding", (await Assert.ThrowsAsync<ProtocolViolationException>(() => requesting)).Message);
    }

    [Fact]
    public async Task As_many_instances_are_worked_on_as_was_agreed_and_answered_in_any_order()
    {
        await using var pair = await PairAsync(proposed: 3, limit: 5);

        var stores = Enumerable.Range(0, 7).Select(pair.StoreAsync).ToList();
        var first = new List<GatedStore> { await pair.NextAsync(), await pair.NextAsync(), await pair.NextAsync() };
        Assert.Equal(3, pair.Handler.MostAtOnce);
        for (var left = 7; left > 0; left--)
        {
            var last = first[^1]; // the youngest is done first
            first.Remove(last);
            last.Finish();
            Assert.Equal(StatusOf(last), await await Task.WhenAny(stores));
            stores.RemoveAll(store => store.IsCompleted);
            if (left > 3)
                first.Add(await pair.NextAsync());
        }

        Assert.Equal(3, pair.Handler.MostAtOnce);
        await pair.Client.ReleaseAsync(Cancellation);
        await pair.Serving;
    }

    [Fact]
    public async Task Without_a_window_one_instance_is_worked_on_at_a_time_however_many_the_peer_sends()
    {
        var (requestor, acceptor) = await LoopbackPair.OpenAsync(
            LoopbackPair.Policy with { MaximumOperations = _ => 9 }, TimeProvider.System, Cancellation);
        var handler = new GatedHandler();
        var serving = StorageProvider.ServeAsync(acceptor, handler, Cancellation);
        var messages = new MessageExchange(requestor);

        for (ushort id = 1; id <= 3; id++)
            await SendAsync(messages, requestor, id);
        for (ushort id = 1; id <= 3; id++)
        {
            var store = await handler.Begun.Reader.ReadAsync(Cancellation);
            Assert.Equal(id, store.Operation.Request.MessageId);
            store.Finish();
            Assert.Equal((ushort?)id, (await messages.ReceiveAsync(Cancellation))!.Command.MessageIdBeingRespondedTo);
        }

        Assert.Equal(1, handler.MostAtOnce);
        await requestor.ReleaseAsync(Cancellation);
        await serving;
    }

    [Fact]
    public async Task Many_instances_at_once_arrive_each_with_its_own_bytes()
    {
        await using var pair = await PairAsync(proposed: 8, limit: 8);
        var finishing = Task.Run(
            async () =>
            {
                await foreach (var store in pair.Handler.Begun.Reader.ReadAllAsync(Cancellation))
                    store.Finish();
            },
            Cancellation);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(pair.StoreAsync));
        pair.Handler.Begun.Writer.Complete();
        await finishing;

        Assert.Equal(60, pair.Handler.Received.Count);
        for (var number = 0; number < 60; number++)
        {
            var phantom = new CtPhantom(number);
            Assert.Equal(phantom.ToDataSet(), pair.Handler.Received[phantom.SopInstanceUid.Value]);
            Assert.Equal(GatedHandler.StatusOf(phantom.SopInstanceUid), statuses[number]);
        }

        await pair.Client.ReleaseAsync(Cancellation);
        await pair.Serving;
    }

    [Fact]
    public async Task A_handler_that_takes_longer_than_the_idle_time_is_waited_for()
    {
        var time = new FakeTimeProvider();
        await using var pair = await PairAsync(proposed: 2, limit: 2, acceptorTime: time);

        var storing = pair.StoreAsync(1);
        var store = await pair.NextAsync();
        time.Advance(TimeSpan.FromMinutes(10));
        store.Finish();

        Assert.Equal(StatusOf(store), await storing);
        await pair.Client.ReleaseAsync(Cancellation);
        await pair.Serving;
    }

    [Fact]
    public async Task A_handler_that_fails_ends_the_association_for_all()
    {
        await using var pair = await PairAsync(proposed: 2, limit: 2);

        Task<DimseStatus>[] stores = [pair.StoreAsync(1), pair.StoreAsync(2)];
        var failing = await pair.NextAsync();
        var other = await pair.NextAsync();
        failing.Fail(new NotSupportedException("broken"));

        foreach (var store in stores)
            Assert.Equal(AbortSource.ServiceUser, (await Assert.ThrowsAsync<AssociationAbortedException>(() => store)).Abort.Source);
        Assert.False(pair.Serving.IsCompleted); // the other instance is still made durable
        other.Finish();
        Assert.Equal("broken", (await Assert.ThrowsAsync<NotSupportedException>(() => pair.Serving)).Message);
    }

    [Fact]
    public async Task What_is_under_way_when_the_peer_releases_is_answered_before_the_release_is_agreed_to()
    {
        var (requestor, acceptor) = await OpenAsync(2, 2, TimeProvider.System);
        var handler = new GatedHandler();
        var serving = StorageProvider.ServeAsync(acceptor, handler, Cancellation);
        var messages = new MessageExchange(requestor);

        await SendAsync(messages, requestor, 1);
        var store = await handler.Begun.Reader.ReadAsync(Cancellation);
        var releasing = requestor.ReleaseAsync(Cancellation).AsTask();
        Assert.False(releasing.IsCompleted);
        store.Finish();

        await releasing; // what was answered meanwhile is passed over in state 7
        await serving;
    }

    [Fact]
    public async Task A_message_id_that_is_outstanding_is_answered_0210_and_the_first_operation_goes_on()
    {
        var (requestor, acceptor) = await OpenAsync(2, 2, TimeProvider.System);
        var handler = new GatedHandler();
        var serving = StorageProvider.ServeAsync(acceptor, handler, Cancellation);
        var messages = new MessageExchange(requestor);

        await SendAsync(messages, requestor, 1);
        var store = await handler.Begun.Reader.ReadAsync(Cancellation);
        await SendAsync(messages, requestor, 1);
        Assert.Equal(DimseStatus.DuplicateInvocation, (await messages.ReceiveAsync(Cancellation))!.Command.Status);
        store.Finish();

        Assert.Equal(StatusOf(store), (await messages.ReceiveAsync(Cancellation))!.Command.Status);
        await requestor.ReleaseAsync(Cancellation);
        await serving;
    }

    [Fact]
    public async Task An_answer_to_nothing_ends_all_operations_of_the_requestor()
    {
        var (peer, requesting) = await LoopbackPair.RequestingAsync(options => options with { MaximumOperations = 2 }, Cancellation);
        await peer.SendAsync(
            (LoopbackPair.Accept with { UserInformation = UserInformation.Own(16384) with { Window = new OperationsWindow(2, 1) } }).ToBytes(),
            Cancellation);
        var association = await requesting;
        await using var client = StorageClient.On(association);

        var echoes = new[] { client.EchoAsync(Cancellation), client.EchoAsync(Cancellation) };
        await peer.ReadPduAsync(Cancellation);
        await peer.ReadPduAsync(Cancellation);
        var command = new EchoResponse(99, DimseStatus.Success).ToCommand().ToBytes();
        var pdu = new byte[PduReader.HeaderLength + PresentationDataValue.HeaderLength + command.Length];
        PresentationDataValue.WriteHeaders(pdu, 1, isCommand: true, isLast: true, command.Length);
        command.CopyTo(pdu.AsSpan(^command.Length..));
        await peer.SendAsync(pdu, Cancellation);

        Assert.Equal(7, (await peer.ReadPduAsync(Cancellation))[0]);
        peer.Dispose();
        foreach (var echo in echoes)
            Assert.Contains("99", (await Assert.ThrowsAsync<ProtocolViolationException>(() => echo)).Message);
    }

    [Fact]
    public async Task An_operation_that_is_given_up_aborts_the_association_and_the_others_end()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var pair = await PairAsync(proposed: 2, limit: 2);

        var patientStore = pair.StoreAsync(1);
        var impatientStore = pair.StoreUntilAsync(2, impatient.Token);
        GatedStore[] begun = [await pair.NextAsync(), await pair.NextAsync()];
        await impatient.CancelAsync();

        await Assert.ThrowsAsync<AssociationLostException>(() => patientStore);
        foreach (var store in begun)
            store.Finish(); // only now the peer reads the abort, and closes
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatientStore);
        await Assert.ThrowsAsync<AssociationAbortedException>(() => pair.Serving);
    }

    [Fact]
    public async Task A_release_waits_for_nobody()
    {
        await using var pair = await PairAsync(proposed: 2, limit: 2);

        var storing = pair.StoreAsync(1);
        var store = await pair.NextAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Client.ReleaseAsync(Cancellation));
        store.Finish();

        await storing;
        await pair.Client.ReleaseAsync(Cancellation);
        await pair.Serving;
    }

    private static DimseStatus StatusOf(GatedStore store) => GatedHandler.StatusOf(store.Operation.Request.SopInstance);

    private static async Task SendAsync(MessageExchange messages, Association association, ushort id)
    {
        var phantom = new CtPhantom(id);
        var request = new StoreRequest(id, SopClasses.CtImageStorage, phantom.SopInstanceUid).ToCommand();
        await messages.SendAsync(association.Contexts[3], request, new MemoryStream(phantom.ToDataSet()), null, Cancellation);
    }

    private static Task<(Association Requestor, Association Acceptor)> OpenAsync(int proposed, int limit, TimeProvider acceptorTime) =>
        LoopbackPair.OpenAsync(
            LoopbackPair.Policy with { MaximumOperations = _ => limit }, acceptorTime, Cancellation,
            options => options with { MaximumOperations = proposed },
            [new ProposedContext(3, SopClasses.CtImageStorage, [TransferSyntax.ExplicitVrLittleEndian])],
            TimeProvider.System);

    private static async Task<Pair> PairAsync(int proposed, int limit, TimeProvider? acceptorTime = null)
    {
        var (requestor, acceptor) = await OpenAsync(proposed, limit, acceptorTime ?? TimeProvider.System);
        var handler = new GatedHandler();
        return new Pair(StorageClient.On(requestor), handler, StorageProvider.ServeAsync(acceptor, handler, Cancellation));
    }

    private sealed record Pair(StorageClient Client, GatedHandler Handler, Task Serving) : IAsyncDisposable
    {
        public Task<DimseStatus> StoreAsync(int number) => StoreUntilAsync(number, Cancellation);

        public Task<DimseStatus> StoreUntilAsync(int number, CancellationToken cancellation) =>
            Client.StoreAsync(new MemoryStream(new CtPhantom(number).ToFile()), null, cancellation);

        public async Task<GatedStore> NextAsync() => await Handler.Begun.Reader.ReadAsync(Cancellation);

        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }

    /// <summary>An instance whose data set was read, and whose slow part ends when it is told to.</summary>
    private sealed class GatedStore(StoreOperation operation)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StoreOperation Operation { get; } = operation;

        public Task Done => done.Task;

        public void Finish() => done.SetResult();

        public void Fail(Exception failure) => done.SetException(failure);
    }

    private sealed class GatedHandler : IStorageHandler
    {
        private readonly Lock gate = new();
        private int atOnce;

        public System.Threading.Channels.Channel<GatedStore> Begun { get; } = System.Threading.Channels.Channel.CreateUnbounded<GatedStore>();

        public ConcurrentDictionary<string, byte[]> Received { get; } = [];

        public int MostAtOnce { get; private set; }

        /// <summary>A warning status (PS3.4 table B.2-1) that is different for different instances.</summary>
        public static DimseStatus StatusOf(Gateway.Dicom.Identifiers.Uid instance) =>
            new((ushort)(0xB000 + (string.GetHashCode(instance.Value, StringComparison.Ordinal) & 0xFFF)));

        public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
        {
            lock (gate)
                MostAtOnce = Math.Max(MostAtOnce, ++atOnce);
            var bytes = new MemoryStream();
            while (await operation.ReadAsync(cancellation) is { IsEmpty: false } part)
                bytes.Write(part.Span);
            Received[operation.Request.SopInstance.Value] = bytes.ToArray();
            var store = new GatedStore(operation);
            Begun.Writer.TryWrite(store);
            try
            {
                await store.Done;
            }
            finally
            {
                lock (gate)
                    atOnce--;
            }

            return new StoreOutcome(StatusOf(operation.Request.SopInstance));
        }
    }
}
