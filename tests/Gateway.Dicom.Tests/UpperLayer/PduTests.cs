using CsCheck;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Xunit;

namespace Gateway.Dicom.Tests.UpperLayer;

/// <summary>Each PDU comes back as it was written, and its malformed forms are the declared error.</summary>
public sealed class PduTests
{
    private static readonly AssociateRequest Request = new()
    {
        CalledAeTitle = AeTitle.Parse("DICOMMAIL"),
        CallingAeTitle = AeTitle.Parse("PACS"),
        Contexts =
        [
            new ProposedContext(1, SopClasses.Verification, [TransferSyntax.ImplicitVrLittleEndian]),
            new ProposedContext(
                255, SopClasses.CtImageStorage, [TransferSyntax.ExplicitVrBigEndian, TransferSyntax.ExplicitVrLittleEndian]),
        ],
        UserInformation = UserInformation.Own(16384),
    };

    private static readonly AssociateAccept Accept = new()
    {
        CalledAeTitle = AeTitle.Parse("DICOMMAIL"),
        CallingAeTitle = AeTitle.Parse("PACS"),
        Contexts =
        [
            new NegotiatedContext(1, ContextResult.Acceptance, TransferSyntax.ImplicitVrLittleEndian),
            new NegotiatedContext(3, ContextResult.AbstractSyntaxNotSupported, TransferSyntax.ExplicitVrLittleEndian),
        ],
        UserInformation = UserInformation.Own(131072),
    };

    [Fact]
    public void An_associate_request_comes_back()
    {
        var read = AssociateRequest.Read(Body(Request.ToBytes()));

        Assert.Equal((Request.CalledAeTitle, Request.CallingAeTitle, Request.ProtocolVersion),
            (read.CalledAeTitle, read.CallingAeTitle, read.ProtocolVersion));
        Assert.Equal(AssociateRequest.DicomApplicationContext, read.ApplicationContext);
        Assert.Equal(Request.UserInformation, read.UserInformation);
        Assert.Equal(Request.Contexts.Select(context => (context.Id, context.AbstractSyntax)),
            read.Contexts.Select(context => (context.Id, context.AbstractSyntax)));
        Assert.Equal(Request.Contexts[1].TransferSyntaxes, read.Contexts[1].TransferSyntaxes);
    }

    [Fact]
    public void An_associate_accept_comes_back()
    {
        var read = AssociateAccept.Read(Body(Accept.ToBytes()));

        Assert.Equal(Accept.Contexts, read.Contexts);
        Assert.Equal(Accept.UserInformation, read.UserInformation);
    }

    [Fact]
    public void A_reject_and_an_abort_come_back()
    {
        Assert.Equal(AssociateReject.LocalLimitExceeded, AssociateReject.Read(Body(AssociateReject.LocalLimitExceeded.ToBytes())));
        var abort = new Abort(AbortSource.ServiceProvider, AbortReason.UnexpectedPdu);
        Assert.Equal(abort, Abort.Read(Body(abort.ToBytes())));
    }

    [Fact]
    public void The_release_pdus_are_those_of_the_standard()
    {
        Assert.Equal([5, 0, 0, 0, 0, 4, 0, 0, 0, 0], ReleaseRequest.ToBytes());
        Assert.Equal([6, 0, 0, 0, 0, 4, 0, 0, 0, 0], ReleaseResponse.ToBytes());
    }

    [Fact]
    public void A_fragment_comes_back()
    {
        var pdu = new byte[12 + 4];
        PresentationDataValue.WriteHeaders(pdu, contextId: 7, isCommand: false, isLast: true, fragmentLength: 4);
        ReadOnlyMemory<byte> body = pdu.AsMemory(PduReader.HeaderLength);

        var read = PresentationDataValue.Read(ref body);

        Assert.Equal((7, false, true, 4), (read.ContextId, read.IsCommand, read.IsLast, read.Fragment.Length));
        Assert.True(body.IsEmpty);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(7u)]
    [InlineData(0xFFFFFFFFu)]
    public void A_fragment_whose_length_does_not_fit_is_a_violation(uint length)
    {
        ReadOnlyMemory<byte> body =
            new byte[] { (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, 1, 3, 0, 0, 0, 0 };

        Assert.Equal(
            AbortReason.InvalidPduParameter, Assert.Throws<ProtocolViolationException>(() => PresentationDataValue.Read(ref body)).Reason);
    }

    [Fact]
    public void Every_cut_of_an_association_pdu_is_read_or_is_a_violation()
    {
        foreach (var body in new[] { Body(Request.ToBytes()), Body(Accept.ToBytes()) })
        {
            for (var length = 0; length < body.Length; length++)
            {
                ReadsOrViolates(() => AssociateRequest.Read(body.AsSpan(0, length)));
                ReadsOrViolates(() => AssociateAccept.Read(body.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void Items_of_unknown_types_are_passed_over()
    {
        var body = Body(Request.ToBytes());

        var read = AssociateRequest.Read([.. body, 0x77, 0, 0, 3, 1, 2, 3]);

        Assert.Equal(2, read.Contexts.Count);
    }

    [Fact]
    public void A_context_id_that_is_even_or_proposed_twice_is_a_violation()
    {
        Assert.Throws<ProtocolViolationException>(() =>
            AssociateRequest.Read(Body((Request with { Contexts = [Request.Contexts[0] with { Id = 2 }] }).ToBytes())));
        Assert.Throws<ProtocolViolationException>(() =>
            AssociateRequest.Read(Body((Request with { Contexts = [Request.Contexts[0], Request.Contexts[0]] }).ToBytes())));
    }

    [Fact]
    public void A_title_that_is_none_is_read_as_none() =>
        Assert.Null(AssociateRequest.Read(Body((Request with { CallingAeTitle = null }).ToBytes())).CallingAeTitle);

    [Fact]
    public void Random_bytes_are_read_or_are_a_violation() => Gen.Byte.Array[0, 512].Sample(
        bytes =>
        {
            ReadsOrViolates(() => AssociateRequest.Read(bytes));
            ReadsOrViolates(() => AssociateAccept.Read(bytes));
            ReadsOrViolates(() => AssociateReject.Read(bytes));
            ReadsOrViolates(() => Abort.Read(bytes));
        },
        iter: 5_000);

    [Fact]
    public void An_associate_request_with_wrong_bytes_is_read_or_is_a_violation()
    {
        var body = Body(Request.ToBytes());
        Gen.Select(Gen.Int[0, body.Length - 1], Gen.Byte).Array[1, 8].Sample(
            changes =>
            {
                var changed = body.ToArray();
                foreach (var (index, value) in changes)
                    changed[index] = value;
                ReadsOrViolates(() => AssociateRequest.Read(changed));
            },
            iter: 5_000);
    }

    private static byte[] Body(byte[] pdu) => pdu[PduReader.HeaderLength..];

    private static void ReadsOrViolates(Action read)
    {
        try
        {
            read();
        }
        catch (ProtocolViolationException)
        {
            // the declared error
        }
    }
}
