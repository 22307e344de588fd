using System.Text;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.UpperLayer.Protocol;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Xunit;

namespace Gateway.Dicom.Tests.UpperLayer;

/// <summary>User identity, roles and extended negotiation (PS3.7 annexes D.3.3.4 to D.3.3.7).</summary>
public sealed class UserInformationTests
{
    private const string Secret = "s3cret-\u00fc";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<UserIdentityKind> Kinds => [.. Enum.GetValues<UserIdentityKind>().Where(kind => kind != UserIdentityKind.None)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_policy_sees_the_identity_that_the_requestor_sends_and_its_confirmation_comes_back(UserIdentityKind kind)
    {
        UserIdentity? seen = null;
        var policy = LoopbackPair.Policy with
        {
            JudgeIdentity = (identity, _) =>
            {
                seen = identity;
                return ValueTask.FromResult<IdentityVerdict?>(IdentityVerdict.AdmittedWith("server"u8.ToArray()));
            },
        };

        var (requestor, acceptor) = await LoopbackPair.OpenAsync(
            policy, TimeProvider.System, Cancellation, options => options with { Identity = Identity(kind, requestsResponse: true) });

        Assert.Equal((kind, true), (seen!.Kind, seen.RequestsResponse));
        Assert.Equal(kind <= UserIdentityKind.Passcode ? "M\u00fcller" : null, seen.UserName);
        Assert.Equal(kind == UserIdentityKind.UserName ? "" : Secret, Encoding.UTF8.GetString(seen.Secret.Span));
        Assert.Equal("server"u8.ToArray(), requestor.Peer.IdentityResponse!.ServerResponse.ToArray());
        Assert.DoesNotContain("s3cret", seen + acceptor.Peer.ToString() + acceptor, StringComparison.Ordinal);
        await LoopbackPair.AbortBothAsync(requestor, acceptor);
    }

    [Fact]
    public async Task An_identity_that_is_refused_is_rejected_permanently_and_nothing_says_why()
    {
        var policy = LoopbackPair.Policy with { JudgeIdentity = (_, _) => ValueTask.FromResult<IdentityVerdict?>(IdentityVerdict.Refused) };
        var (peer, accepting) = await LoopbackPair.RawAsync(policy, TimeProvider.System, Cancellation);

        await peer.SendAsync(Requesting(Identity(UserIdentityKind.Passcode, requestsResponse: false)).ToBytes(), Cancellation);

        Assert.Equal(new AssociateReject(1, 1, 1).ToBytes(), await peer.ReadPduAsync(Cancellation));
        peer.Dispose();
        Assert.DoesNotContain(
            "s3cret", (await Assert.ThrowsAsync<AssociationRejectedException>(() => accepting)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_wants_an_identity_is_asked_about_a_requestor_that_names_nobody()
    {
        var policy = LoopbackPair.Policy with
        {
            JudgeIdentity = (identity, _) => ValueTask.FromResult<IdentityVerdict?>(identity is null ? IdentityVerdict.Refused : IdentityVerdict.Admitted),
        };
        var (peer, accepting) = await LoopbackPair.RawAsync(policy, TimeProvider.System, Cancellation);

        await peer.SendAsync(LoopbackPair.Request.ToBytes(), Cancellation);

        Assert.Equal(3, (await peer.ReadPduAsync(Cancellation))[0]);
        peer.Dispose();
        await Assert.ThrowsAsync<AssociationRejectedException>(() => accepting);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public async Task An_identity_is_confirmed_only_to_who_asks_and_only_by_who_judges(bool asks, bool judges, bool isConfirmed)
    {
        var policy = judges
            ? LoopbackPair.Policy with { JudgeIdentity = (_, _) => ValueTask.FromResult<IdentityVerdict?>(IdentityVerdict.Admitted) }
            : LoopbackPair.Policy;
        var (peer, accepting) = await LoopbackPair.RawAsync(policy, TimeProvider.System, Cancellation);

        await peer.SendAsync(Requesting(Identity(UserIdentityKind.UserName, asks)).ToBytes(), Cancellation);
        var accept = AssociateAccept.Read((await peer.ReadPduAsync(Cancellation)).AsSpan(PduReader.HeaderLength));

        Assert.Equal(isConfirmed, accept.UserInformation.IdentityResponse is { ServerResponse.Length: 0 });
        peer.Dispose();
        await accepting;
    }

    [Fact]
    public async Task A_requestor_that_asks_for_a_confirmation_and_gets_none_aborts()
    {
        var (peer, requesting) = await LoopbackPair.RequestingAsync(
            options => options with { Identity = Identity(UserIdentityKind.JsonWebToken, requestsResponse: true) }, Cancellation);

        await peer.SendAsync(LoopbackPair.Accept.ToBytes(), Cancellation);

        Assert.Equal(RawPeer.UserAbort, await peer.ReadPduAsync(Cancellation));
        peer.Dispose();
        await Assert.ThrowsAsync<UserIdentityNotConfirmedException>(() => requesting);
    }

    [Fact]
    public void An_identity_that_is_cut_off_is_a_violation_whose_words_do_not_hold_it()
    {
        var bytes = Requesting(Identity(UserIdentityKind.Saml, requestsResponse: false)).ToBytes();
        var proof = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret));
        bytes[proof - 2] = 0x7F; // the length of the proof

        var violation = Assert.Throws<ProtocolViolationException>(() => AssociateRequest.Read(bytes.AsSpan(PduReader.HeaderLength)));

        Assert.DoesNotContain("s3cret", violation.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_that_needs_a_name_is_no_proof_and_a_proof_has_its_limit()
    {
        Assert.Throws<ArgumentException>(() => UserIdentity.ByProof(UserIdentityKind.Passcode, [1], requestsResponse: false));
        Assert.Throws<ArgumentException>(() => UserIdentity.ByProof(UserIdentityKind.Kerberos, new byte[70_000], requestsResponse: false));
    }

    [Fact]
    public async Task A_role_is_answered_for_accepted_classes_and_the_requestor_never_becomes_provider()
    {
        var request = LoopbackPair.Request with
        {
            UserInformation = UserInformation.Own(16384) with
            {
                Roles = [new RoleSelection(SopClasses.CtImageStorage, true, true), new RoleSelection(LoopbackPair.Contexts[2].AbstractSyntax, true, true)],
            },
        };
        var (peer, accepting) = await LoopbackPair.RawAsync(LoopbackPair.Policy, TimeProvider.System, Cancellation);

        await peer.SendAsync(request.ToBytes(), Cancellation);
        var accept = AssociateAccept.Read((await peer.ReadPduAsync(Cancellation)).AsSpan(PduReader.HeaderLength));

        Assert.Equal([new RoleSelection(SopClasses.CtImageStorage, true, false)], accept.UserInformation.Roles);
        Assert.Equal(2, (await accepting).Peer.Roles.Count);
        peer.Dispose();
    }

    [Fact]
    public void Extended_negotiation_is_read()
    {
        var uid = SopClasses.CtImageStorage.Value;
        byte[] text = [0, (byte)uid.Length, .. Encoding.ASCII.GetBytes(uid)];
        var request = WithItems([0x56, 0, 0, (byte)(text.Length + 3), .. text, 2, 0, 1], [0x57, 0, 0, (byte)((text.Length * 3) + 2), .. text, .. text, 0, (byte)text.Length, .. text]);

        var read = AssociateRequest.Read(request).UserInformation;

        Assert.Equal([2, 0, 1], Assert.Single(read.Extended).Information.ToArray());
        var common = Assert.Single(read.CommonExtended);
        Assert.Equal((SopClasses.CtImageStorage, SopClasses.CtImageStorage), (common.SopClass, common.ServiceClass));
        Assert.Equal([SopClasses.CtImageStorage], common.RelatedClasses);
    }

    [Theory]
    [InlineData(0x53)]
    [InlineData(0x54)]
    [InlineData(0x56)]
    [InlineData(0x57)]
    public void An_optional_item_that_cannot_be_read_is_as_if_it_were_not_there(byte type)
    {
        var read = AssociateRequest.Read(WithItems([type, 0, 0, 2, 0x7F, 0xFF])).UserInformation;

        Assert.Equal(UserInformation.Own(16384), read);
    }

    private static AssociateRequest Requesting(UserIdentity identity) =>
        LoopbackPair.Request with { UserInformation = UserInformation.Own(16384) with { Identity = identity } };

    private static UserIdentity Identity(UserIdentityKind kind, bool requestsResponse) => kind switch
    {
        UserIdentityKind.UserName => UserIdentity.ByName("M\u00fcller", requestsResponse),
        UserIdentityKind.Passcode => UserIdentity.ByPasscode("M\u00fcller", Secret, requestsResponse),
        _ => UserIdentity.ByProof(kind, Encoding.UTF8.GetBytes(Secret), requestsResponse),
    };

    /// <summary>The body of a request with further sub-items at the end of its user information, which is its last item.</summary>
    private static byte[] WithItems(params byte[][] items)
    {
        var pdu = LoopbackPair.Request.ToBytes();
        var own = 4 + 4 + 4 + Implementation.ClassUid.Value.Length + 4 + Implementation.VersionName.Length;
        byte[] longer = [.. pdu, .. items.SelectMany(item => item)];
        longer[pdu.Length - own - 1] += (byte)items.Sum(item => item.Length); // a length under 256
        return longer[PduReader.HeaderLength..];
    }
}
