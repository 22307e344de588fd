using System.Net.Sockets;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Dicom.Tests.UpperLayer.Protocol;

/// <summary>What a peer sees and what the local user is told, in the states of PS3.8 section 9.2, over a real connection.</summary>
public sealed class ProtocolTests
{
    private static readonly byte[] UserAbort = new Abort(AbortSource.ServiceUser, AbortReason.NotSpecified).ToBytes();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> NoRequests => new("data", "accept", "reject", "release", "release response", "unknown", "long", "broken");

    public static TheoryData<string, AbortReason> NoDialogue => new()
    {
        { "accept", AbortReason.UnexpectedPdu },
        { "reject", AbortReason.UnexpectedPdu },
        { "request", AbortReason.UnexpectedPdu },
        { "release response", AbortReason.UnexpectedPdu },
        { "unknown", AbortReason.UnrecognizedPdu },
        { "broken", AbortReason.InvalidPduParameter },
        { "long", AbortReason.InvalidPduParameter },
        { "empty", AbortReason.InvalidPduParameter },
        { "foreign context", AbortReason.InvalidPduParameter },
        { "second fragment too long", AbortReason.InvalidPduParameter },
    };

    [Theory]
    [MemberData(nameof(NoRequests))]
    public async Task Sta2_whatever_is_no_request_is_aborted_by_the_user_and_the_connection_waits_for_the_peer_to_close(string first)
    {
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, new FakeTimeProvider(), Cancellation);

        await peer.SendAsync(Pdu(first), Cancellation);

        Assert.Equal(UserAbort, await peer.ReadPduAsync(Cancellation)); // AA-1
        Assert.False(accepting.IsCompleted);
        peer.Dispose(); // AR-5
        await Assert.ThrowsAsync<ProtocolViolationException>(() => accepting);
    }

    [Fact]
    public async Task Sta2_an_abort_closes_the_connection()
    {
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, new FakeTimeProvider(), Cancellation);

        await peer.SendAsync(RawPeer.UserAbort, Cancellation);

        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation)); // AA-2
        await Assert.ThrowsAsync<AssociationAbortedException>(() => accepting);
    }

    [Fact]
    public async Task Sta2_a_request_that_trickles_in_has_the_artim_time_as_a_whole()
    {
        var time = new FakeTimeProvider();
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, time, Cancellation);

        await peer.SendAsync(LoopbackPair.Request.ToBytes().AsMemory(0, 20), Cancellation);
        time.Advance(TimeSpan.FromSeconds(29));
        await peer.SendAsync(LoopbackPair.Request.ToBytes().AsMemory(20, 20), Cancellation);
        Assert.False(accepting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation)); // AA-2
        await Assert.ThrowsAsync<AssociationTimedOutException>(() => accepting);
    }

    [Fact]
    public async Task Sta2_a_version_that_nobody_speaks_is_rejected_by_the_provider()
    {
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);

        await peer.SendAsync((LoopbackPair.Request with { ProtocolVersion = 2 }).ToBytes(), Cancellation);

        Assert.Equal(new AssociateReject(1, 2, 2).ToBytes(), await peer.ReadPduAsync(Cancellation)); // AE-6
        peer.Dispose();
        await Assert.ThrowsAsync<AssociationRejectedException>(() => accepting);
    }

    [Theory]
    [MemberData(nameof(NoDialogue))]
    public async Task Sta6_what_is_not_due_is_aborted_by_the_provider_with_its_reason(string sent, AbortReason reason)
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        await peer.SendAsync(Pdu(sent), Cancellation);
        var receiving = association.ReceiveAsync(Cancellation).AsTask();

        Assert.Equal(new Abort(AbortSource.ServiceProvider, reason).ToBytes(), await peer.ReadPduAsync(Cancellation)); // AA-8
        peer.Dispose();
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProtocolViolationException>(() => receiving)).Reason);
    }

    [Fact]
    public async Task Sta6_a_connection_that_ends_inside_a_pdu_is_a_lost_association()
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        await peer.SendAsync(RawPeer.Data.AsMemory(0, 9), Cancellation);
        peer.Dispose();

        await Assert.ThrowsAsync<AssociationLostException>(async () => await association.ReceiveAsync(Cancellation)); // AA-4
    }

    [Fact]
    public async Task Sta6_a_fragment_of_odd_length_is_taken_whole()
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        await peer.SendAsync(new byte[] { 4, 0, 0, 0, 0, 9, 0, 0, 0, 5, 1, 3, 7, 8, 9 }, Cancellation);

        Assert.Equal([7, 8, 9], (await association.ReceiveAsync(Cancellation))!.Value.Fragment.ToArray());
        await AbortAsync(association, peer);
    }

    [Fact]
    public async Task Sta6_a_peer_that_is_silent_inside_a_pdu_is_aborted_after_the_idle_time()
    {
        var time = new FakeTimeProvider();
        var (peer, association) = await AcceptedAsync(time);

        await peer.SendAsync(RawPeer.Data.AsMemory(0, 9), Cancellation);
        var receiving = association.ReceiveAsync(Cancellation).AsTask();
        time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(UserAbort, await peer.ReadPduAsync(Cancellation)); // AA-1
        peer.Dispose();
        await Assert.ThrowsAsync<AssociationTimedOutException>(() => receiving);
    }

    [Fact]
    public async Task Sta6_time_in_which_nobody_waits_for_the_peer_does_not_count()
    {
        var time = new FakeTimeProvider();
        var (peer, association) = await AcceptedAsync(time);

        await peer.SendAsync(RawPeer.Data, Cancellation);
        await association.ReceiveAsync(Cancellation);
        time.Advance(TimeSpan.FromHours(1)); // the local user thinks
        await peer.SendAsync(RawPeer.Data, Cancellation);

        Assert.NotNull(await association.ReceiveAsync(Cancellation));
        await AbortAsync(association, peer);
    }

    [Fact]
    public async Task Sta7_data_that_was_under_way_is_passed_over_and_the_release_is_confirmed()
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        var releasing = association.ReleaseAsync(Cancellation).AsTask();
        Assert.Equal(ReleaseRequest.ToBytes(), await peer.ReadPduAsync(Cancellation)); // AR-1
        await peer.SendAsync(RawPeer.Data, Cancellation); // AR-6
        await peer.SendAsync(ReleaseResponse.ToBytes(), Cancellation);

        await releasing; // AR-3
        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation));
    }

    [Theory]
    [InlineData("request", AbortReason.UnexpectedPdu)]
    [InlineData("accept", AbortReason.UnexpectedPdu)]
    [InlineData("unknown", AbortReason.UnrecognizedPdu)]
    public async Task Sta7_what_is_not_due_is_aborted(string sent, AbortReason reason)
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        var releasing = association.ReleaseAsync(Cancellation).AsTask();
        await peer.ReadPduAsync(Cancellation);
        await peer.SendAsync(Pdu(sent), Cancellation);

        Assert.Equal(new Abort(AbortSource.ServiceProvider, reason).ToBytes(), await peer.ReadPduAsync(Cancellation));
        peer.Dispose();
        await Assert.ThrowsAsync<ProtocolViolationException>(() => releasing);
    }

    [Fact]
    public async Task Sta8_data_may_still_be_sent_before_the_release_is_agreed_to()
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        await peer.SendAsync(ReleaseRequest.ToBytes(), Cancellation);
        Assert.Null(await association.ReceiveAsync(Cancellation)); // AR-2
        await association.SendAsync(association.NewFragment(), 1, isCommand: true, isLast: true, 2, Cancellation); // AR-7
        var confirming = association.ConfirmReleaseAsync(Cancellation).AsTask(); // AR-4

        Assert.Equal(4, (await peer.ReadPduAsync(Cancellation))[0]);
        Assert.Equal(ReleaseResponse.ToBytes(), await peer.ReadPduAsync(Cancellation));
        Assert.False(confirming.IsCompleted);
        peer.Dispose();
        await confirming; // AR-5
    }

    [Fact]
    public async Task Sta8_a_release_cannot_be_agreed_to_that_nobody_asked_for()
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await association.ConfirmReleaseAsync(Cancellation));
        await AbortAsync(association, peer);
    }

    [Fact]
    public async Task Sta10_and_12_the_acceptor_in_a_release_collision_answers_after_it_was_answered()
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        var releasing = association.ReleaseAsync(Cancellation).AsTask();
        await peer.ReadPduAsync(Cancellation);
        await peer.SendAsync(ReleaseRequest.ToBytes(), Cancellation); // AR-8: Sta10
        await peer.SendAsync(ReleaseResponse.ToBytes(), Cancellation); // AR-10: Sta12

        Assert.Equal(ReleaseResponse.ToBytes(), await peer.ReadPduAsync(Cancellation)); // AR-4
        peer.Dispose();
        await releasing;
    }

    [Fact]
    public async Task Sta9_and_11_the_requestor_in_a_release_collision_answers_first()
    {
        var (peer, association) = await RequestedAsync(TimeProvider.System);

        var releasing = association.ReleaseAsync(Cancellation).AsTask();
        Assert.Equal(ReleaseRequest.ToBytes(), await peer.ReadPduAsync(Cancellation));
        await peer.SendAsync(ReleaseRequest.ToBytes(), Cancellation); // AR-8: Sta9
        Assert.Equal(ReleaseResponse.ToBytes(), await peer.ReadPduAsync(Cancellation)); // AR-9: Sta11
        Assert.False(releasing.IsCompleted);
        await peer.SendAsync(ReleaseResponse.ToBytes(), Cancellation);

        await releasing; // AR-3
        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation));
    }

    [Fact]
    public async Task Sta10_data_in_a_release_collision_is_unexpected()
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        var releasing = association.ReleaseAsync(Cancellation).AsTask();
        await peer.ReadPduAsync(Cancellation);
        await peer.SendAsync(ReleaseRequest.ToBytes(), Cancellation);
        await peer.SendAsync(RawPeer.Data, Cancellation);

        Assert.Equal(
            new Abort(AbortSource.ServiceProvider, AbortReason.UnexpectedPdu).ToBytes(), await peer.ReadPduAsync(Cancellation));
        peer.Dispose();
        await Assert.ThrowsAsync<ProtocolViolationException>(() => releasing);
    }

    [Fact]
    public async Task Sta13_what_still_comes_is_ignored_an_unknown_pdu_is_aborted_again_and_artim_ends_it()
    {
        var time = new FakeTimeProvider();
        var (peer, association) = await AcceptedAsync(time);

        var aborting = association.AbortAsync().AsTask();
        Assert.Equal(UserAbort, await peer.ReadPduAsync(Cancellation)); // AA-1
        foreach (var ignored in new[] { "data", "accept", "reject", "release", "release response" })
            await peer.SendAsync(Pdu(ignored), Cancellation); // AA-6
        await peer.SendAsync(Pdu("request"), Cancellation); // AA-7
        Assert.Equal(
            new Abort(AbortSource.ServiceProvider, AbortReason.UnexpectedPdu).ToBytes(), await peer.ReadPduAsync(Cancellation));
        await peer.SendAsync(RawPeer.Unknown, Cancellation); // AA-7
        Assert.Equal(
            new Abort(AbortSource.ServiceProvider, AbortReason.UnrecognizedPdu).ToBytes(), await peer.ReadPduAsync(Cancellation));
        Assert.False(aborting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(31)); // AA-2

        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation));
        await aborting;
    }

    [Fact]
    public async Task Sta13_an_abort_after_ours_closes_the_connection()
    {
        var (peer, association) = await AcceptedAsync(new FakeTimeProvider());

        var aborting = association.AbortAsync().AsTask();
        await peer.ReadPduAsync(Cancellation);
        await peer.SendAsync(RawPeer.UserAbort, Cancellation); // AA-2

        await aborting;
        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation));
    }

    [Fact]
    public async Task Sta13_a_rejected_peer_that_does_not_close_is_closed_after_artim()
    {
        var time = new FakeTimeProvider();
        var policy = LoopbackPair.Policy with { Admit = _ => AssociateReject.LocalLimitExceeded };
        var (peer, accepting) = await LoopbackPair.RawAsync(policy, time, Cancellation);

        await peer.SendAsync(LoopbackPair.Request.ToBytes(), Cancellation);
        Assert.Equal(AssociateReject.LocalLimitExceeded.ToBytes(), await peer.ReadPduAsync(Cancellation)); // AE-8
        Assert.False(accepting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(31));

        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation)); // AA-2
        await Assert.ThrowsAsync<AssociationRejectedException>(() => accepting);
    }

    [Theory]
    [InlineData("data", AbortReason.UnexpectedPdu)]
    [InlineData("request", AbortReason.UnexpectedPdu)]
    [InlineData("release", AbortReason.UnexpectedPdu)]
    [InlineData("release response", AbortReason.UnexpectedPdu)]
    [InlineData("unknown", AbortReason.UnrecognizedPdu)]
    [InlineData("broken accept", AbortReason.InvalidPduParameter)]
    public async Task Sta5_what_is_no_answer_is_aborted_by_the_provider(string sent, AbortReason reason)
    {
        var (peer, requesting) = await RequestingAsync(TimeProvider.System);

        await peer.SendAsync(Pdu(sent), Cancellation);

        Assert.Equal(new Abort(AbortSource.ServiceProvider, reason).ToBytes(), await peer.ReadPduAsync(Cancellation)); // AA-8
        peer.Dispose();
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProtocolViolationException>(() => requesting)).Reason);
    }

    [Fact]
    public async Task Sta5_a_rejection_closes_the_connection()
    {
        var (peer, requesting) = await RequestingAsync(TimeProvider.System);

        await peer.SendAsync(AssociateReject.LocalLimitExceeded.ToBytes(), Cancellation);

        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation)); // AE-4
        Assert.Equal(
            AssociateReject.LocalLimitExceeded, (await Assert.ThrowsAsync<AssociationRejectedException>(() => requesting)).Rejection);
    }

    [Fact]
    public async Task Sta5_an_abort_or_an_end_is_told()
    {
        var (aborter, aborted) = await RequestingAsync(TimeProvider.System);
        await aborter.SendAsync(new Abort(AbortSource.ServiceProvider, AbortReason.NotSpecified).ToBytes(), Cancellation);
        Assert.Equal(AbortSource.ServiceProvider, (await Assert.ThrowsAsync<AssociationAbortedException>(() => aborted)).Abort.Source); // AA-3

        var (closer, closed) = await RequestingAsync(TimeProvider.System);
        closer.Dispose();
        await Assert.ThrowsAsync<AssociationLostException>(() => closed); // AA-4
    }

    [Fact]
    public async Task Sta5_a_peer_that_does_not_answer_is_aborted()
    {
        var time = new FakeTimeProvider();
        var (peer, requesting) = await RequestingAsync(time);

        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(UserAbort, await peer.ReadPduAsync(Cancellation)); // AA-1
        peer.Dispose();
        await Assert.ThrowsAsync<AssociationTimedOutException>(() => requesting);
    }

    [Fact]
    public async Task An_abort_ends_whoever_waits_for_the_peer_and_every_later_use()
    {
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        var receiving = association.ReceiveAsync(Cancellation).AsTask();
        var aborting = association.AbortAsync().AsTask();
        Assert.Equal(UserAbort, await peer.ReadPduAsync(Cancellation));
        peer.Dispose();

        await aborting;
        await Assert.ThrowsAsync<AssociationLostException>(() => receiving);
        await Assert.ThrowsAsync<AssociationLostException>(async () => await association.ReleaseAsync(Cancellation));
        await association.AbortAsync();
    }

    [Fact]
    public async Task A_cancelled_wait_throws_as_such_and_the_association_can_be_aborted()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var (peer, association) = await AcceptedAsync(TimeProvider.System);

        var receiving = association.ReceiveAsync(impatient.Token).AsTask();
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        await AbortAsync(association, peer);
    }

    [Fact]
    public async Task A_peer_that_takes_no_data_any_more_is_closed_after_the_idle_time()
    {
        var time = new FakeTimeProvider();
        var (peer, association) = await AcceptedAsync(time);
        var fragment = association.NewFragment();

        var sending = Task.Run(
            async () =>
            {
                while (true)
                    await association.SendAsync(fragment, 1, isCommand: false, isLast: false, fragment.Bytes.Length, Cancellation);
            },
            Cancellation);
        while (!sending.IsCompleted)
        {
            await Task.Delay(50, Cancellation); // the buffers between the two fill first
            time.Advance(TimeSpan.FromSeconds(61));
        }

        await Assert.ThrowsAsync<AssociationTimedOutException>(() => sending);
        peer.Dispose();
    }

    /// <summary>An acceptor's association, with a raw socket as its requestor.</summary>
    private static async Task<(Socket Peer, Association Association)> AcceptedAsync(TimeProvider time)
    {
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, time, Cancellation);
        await peer.SendAsync(LoopbackPair.Request.ToBytes(), Cancellation);
        Assert.Equal(2, (await peer.ReadPduAsync(Cancellation))[0]);
        return (peer, await accepting);
    }

    /// <summary>A requestor's association, with a raw socket as its acceptor.</summary>
    private static async Task<(Socket Peer, Association Association)> RequestedAsync(TimeProvider time)
    {
        var (peer, requesting) = await RequestingAsync(time);
        await peer.SendAsync(Pdu("accept"), Cancellation);
        return (peer, await requesting);
    }

    private static Task<(Socket Peer, Task<Association> Requesting)> RequestingAsync(TimeProvider time) =>
        LoopbackPair.RequestingAsync(options => options, Cancellation, time);

    private static async Task AbortAsync(Association association, Socket peer)
    {
        var aborting = association.AbortAsync().AsTask();
        Assert.Equal(UserAbort, await peer.ReadPduAsync(Cancellation));
        peer.Dispose();
        await aborting;
    }

    private static byte[] Pdu(string name) => name switch
    {
        "request" => LoopbackPair.Request.ToBytes(),
        "accept" => LoopbackPair.Accept.ToBytes(),
        "broken accept" => Broken(LoopbackPair.Accept.ToBytes()),
        "reject" => AssociateReject.LocalLimitExceeded.ToBytes(),
        "data" => RawPeer.Data,
        "release" => ReleaseRequest.ToBytes(),
        "release response" => ReleaseResponse.ToBytes(),
        "unknown" => RawPeer.Unknown,
        "long" => [4, 0, 0xFF, 0xFF, 0xFF, 0xFF],
        "empty" => [4, 0, 0, 0, 0, 0],
        "broken" => [4, 0, 0, 0, 0, 6, 0, 0, 0, 9, 1, 3],
        "foreign context" => [4, 0, 0, 0, 0, 6, 0, 0, 0, 2, 99, 3],
        "second fragment too long" => [4, 0, 0, 0, 0, 12, 0, 0, 0, 2, 1, 1, 0, 0, 0, 9, 1, 3],
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>The length of the first item behind the fixed fields reaches beyond the PDU.</summary>
    private static byte[] Broken(byte[] accept)
    {
        accept[PduReader.HeaderLength + 68 + 2] = 0xFF;
        return accept;
    }
}
