using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.UpperLayer.Protocol;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Dicom.Tests.UpperLayer;

public sealed class AssociationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_context_is_accepted_with_the_first_transfer_syntax_that_the_peer_offers()
    {
        var (requestor, acceptor) = await LoopbackPair.OpenAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);
        await using var one = requestor;
        await using var other = acceptor;

        Assert.Equal(new byte[] { 1, 3 }, requestor.Contexts.Keys.Order().ToArray());
        Assert.Equal(TransferSyntax.ExplicitVrBigEndian, requestor.Contexts[3].TransferSyntax);
        Assert.Equal(requestor.Contexts.Values.OrderBy(context => context.Id), acceptor.Contexts.Values.OrderBy(context => context.Id));
        Assert.Equal((AeTitle.Parse("PACS"), AeTitle.Parse("DICOMMAIL")), (acceptor.CallingAeTitle, acceptor.CalledAeTitle));
        Assert.Equal(Implementation.ClassUid, acceptor.Peer.ImplementationClassUid);
        await LoopbackPair.AbortBothAsync(requestor, acceptor);
    }

    [Fact]
    public async Task A_fragment_goes_over_and_a_release_ends_both_sides()
    {
        var (requestor, acceptor) = await LoopbackPair.OpenAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);

        var outgoing = requestor.NewFragment();
        "fragment"u8.CopyTo(outgoing.Bytes.Span);
        await requestor.SendAsync(outgoing, 1, isCommand: true, isLast: true, 8, Cancellation);
        var fragment = await acceptor.ReceiveAsync(Cancellation);
        var text = fragment!.Value.Fragment.ToArray();
        var releasing = requestor.ReleaseAsync(Cancellation);
        var end = await acceptor.ReceiveAsync(Cancellation);
        await acceptor.ConfirmReleaseAsync(Cancellation);
        await releasing;

        Assert.Equal("fragment"u8.ToArray(), text);
        Assert.Null(end);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await requestor.SendAsync(outgoing, 1, true, true, 0, Cancellation));
    }

    [Fact]
    public async Task Both_sides_may_ask_for_the_release_at_once()
    {
        var (requestor, acceptor) = await LoopbackPair.OpenAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);

        await Task.WhenAll(requestor.ReleaseAsync(Cancellation).AsTask(), acceptor.ReleaseAsync(Cancellation).AsTask());

        await using var one = requestor;
        await using var other = acceptor;
    }

    [Fact]
    public async Task An_abort_arrives_with_its_source()
    {
        var (requestor, acceptor) = await LoopbackPair.OpenAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);

        var aborting = requestor.AbortAsync();
        var abort = await Assert.ThrowsAsync<AssociationAbortedException>(async () =>
            await acceptor.ReceiveAsync(Cancellation));
        await aborting;

        Assert.Equal(AbortSource.ServiceUser, abort.Abort.Source);
    }

    [Fact]
    public async Task A_fragment_on_a_context_that_was_not_accepted_aborts()
    {
        var (requestor, acceptor) = await LoopbackPair.OpenAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);

        await requestor.SendAsync(requestor.NewFragment(), 5, isCommand: true, isLast: true, 8, Cancellation);
        var receiving = acceptor.ReceiveAsync(Cancellation).AsTask();
        var told = await Assert.ThrowsAsync<AssociationAbortedException>(async () =>
            await requestor.ReceiveAsync(Cancellation));

        Assert.Equal(AbortReason.InvalidPduParameter, (await Assert.ThrowsAsync<ProtocolViolationException>(() => receiving)).Reason);
        Assert.Equal(new Abort(AbortSource.ServiceProvider, AbortReason.InvalidPduParameter), told.Abort);
    }

    [Theory]
    [InlineData(1, 1, 7, "called")]
    [InlineData(1, 1, 3, "calling")]
    [InlineData(2, 3, 2, "for now")]
    public async Task A_rejection_of_the_policy_is_sent_as_it_is(byte result, byte source, byte reason, string words)
    {
        var rejection = new AssociateReject(result, source, reason);
        var (peer, accepting) =
            await LoopbackPair.RawAsync(LoopbackPair.Policy with { Admit = _ => rejection }, TimeProvider.System, Cancellation);

        await peer.SendAsync(LoopbackPair.Request.ToBytes(), Cancellation);
        var answer = await peer.ReadPduAsync(Cancellation);
        peer.Dispose();

        Assert.Equal(rejection.ToBytes(), answer);
        Assert.Contains(words, (await Assert.ThrowsAsync<AssociationRejectedException>(() => accepting)).Message);
    }

    [Fact]
    public async Task What_no_policy_can_admit_is_rejected_with_the_reason_of_the_standard()
    {
        var request = LoopbackPair.Request;
        Assert.Equal(new AssociateReject(1, 2, 2), await RejectionOfAsync(request with { ProtocolVersion = 2 }));
        Assert.Equal(new AssociateReject(1, 1, 2), await RejectionOfAsync(request with { ApplicationContext = Uid.Parse("1.2.3") }));
        Assert.Equal(new AssociateReject(1, 1, 7), await RejectionOfAsync(request with { CalledAeTitle = null }));
        Assert.Equal(new AssociateReject(1, 1, 3), await RejectionOfAsync(request with { CallingAeTitle = null }));
    }

    [Fact]
    public async Task A_peer_that_takes_no_pdu_of_a_useful_length_is_aborted()
    {
        var request = LoopbackPair.Request with { UserInformation = UserInformation.Own(7) };
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);

        await peer.SendAsync(request.ToBytes(), Cancellation);

        Assert.Equal(new Abort(AbortSource.ServiceUser, AbortReason.NotSpecified).ToBytes(), await peer.ReadPduAsync(Cancellation));
        peer.Dispose();
        await Assert.ThrowsAsync<ProtocolViolationException>(() => accepting);
    }

    [Fact]
    public async Task A_peer_that_connects_and_is_silent_has_the_artim_time()
    {
        var time = new FakeTimeProvider();
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, time, Cancellation);

        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(accepting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<AssociationTimedOutException>(() => accepting);
        Assert.True(await peer.IsClosedByOtherSideAsync(Cancellation));
    }

    [Fact]
    public async Task A_peer_that_falls_silent_is_aborted_after_the_idle_time()
    {
        var time = new FakeTimeProvider();
        var (requestor, acceptor) = await LoopbackPair.OpenAsync(LoopbackPair.Policy, time, Cancellation);

        var receiving = acceptor.ReceiveAsync(Cancellation).AsTask();
        time.Advance(TimeSpan.FromSeconds(61));

        await Assert.ThrowsAsync<AssociationAbortedException>(async () => await requestor.ReceiveAsync(Cancellation));
        await Assert.ThrowsAsync<AssociationTimedOutException>(() => receiving);
    }

    [Fact]
    public async Task A_peer_that_vanishes_is_a_lost_association()
    {
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);

        peer.Dispose();

        await Assert.ThrowsAsync<AssociationLostException>(() => accepting);
    }

    private static async Task<AssociateReject> RejectionOfAsync(AssociateRequest request)
    {
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);
        await peer.SendAsync(request.ToBytes(), Cancellation);
        _ = await peer.ReadPduAsync(Cancellation);
        peer.Dispose();
        return (await Assert.ThrowsAsync<AssociationRejectedException>(() => accepting)).Rejection;
    }
}
