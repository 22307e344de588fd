using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>An event that the transport connection or a timer brought.</summary>
/// <param name="Event">The event.</param>
/// <param name="Body">The body of a P-DATA-TF; valid until the next event is received.</param>
/// <param name="Content">The PDU of an association, read.</param>
/// <param name="Cause">What it means for the association, where it ends it.</param>
internal readonly record struct Received(
    ProtocolEvent Event, ReadOnlyMemory<byte> Body = default, object? Content = null, AssociationException? Cause = null)
{
    /// <summary>Which event of PS3.8 table 9-10 a PDU is; one that cannot be read is event 19.</summary>
    /// <param name="pdu">The PDU.</param>
    /// <param name="accepted">For each context id whether the context was accepted; null before the association is established.</param>
    public static Received From(ReceivedPdu pdu, bool[]? accepted)
    {
        try
        {
            switch (pdu.Type)
            {
                case PduType.DataTransfer:
                    Check(pdu.Body, accepted);
                    return new Received(ProtocolEvent.Evt10, pdu.Body);
                case PduType.AssociateRequest:
                    var request = AssociateRequest.Read(pdu.Body.Span);
                    _ = Association.FragmentLength(request.UserInformation.MaximumLength);
                    return new Received(ProtocolEvent.Evt6, Content: request);
                case PduType.AssociateAccept:
                    var accept = AssociateAccept.Read(pdu.Body.Span);
                    _ = Association.FragmentLength(accept.UserInformation.MaximumLength);
                    return new Received(ProtocolEvent.Evt3, Content: accept);
                case PduType.AssociateReject:
                    return new Received(
                        ProtocolEvent.Evt4, Cause: new AssociationRejectedException(AssociateReject.Read(pdu.Body.Span)));
                case PduType.ReleaseRequest:
                    return new Received(ProtocolEvent.Evt12);
                case PduType.ReleaseResponse:
                    return new Received(ProtocolEvent.Evt13);
                default:
                    return new Received(ProtocolEvent.Evt16, Cause: new AssociationAbortedException(Abort.Read(pdu.Body.Span)));
            }
        }
        catch (ProtocolViolationException violation)
        {
            return new Received(ProtocolEvent.Evt19, Cause: violation);
        }
    }

    private static void Check(ReadOnlyMemory<byte> body, bool[]? accepted)
    {
        while (!body.IsEmpty)
        {
            var value = PresentationDataValue.Read(ref body);
            if (accepted is not null && !accepted[value.ContextId])
            {
                throw new ProtocolViolationException(
                    AbortReason.InvalidPduParameter, $"A fragment came on presentation context {value.ContextId}, which was not accepted.");
            }
        }
    }
}
