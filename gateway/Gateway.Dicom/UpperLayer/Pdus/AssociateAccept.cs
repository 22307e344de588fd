using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>A-ASSOCIATE-AC (PS3.8 section 9.3.3).</summary>
public sealed record AssociateAccept
{
    /// <summary>The called title of the request, repeated; its value is not tested when received.</summary>
    public required AeTitle? CalledAeTitle { get; init; }

    /// <summary>The calling title of the request, repeated; its value is not tested when received.</summary>
    public required AeTitle? CallingAeTitle { get; init; }

    /// <summary>The answer to each proposed presentation context.</summary>
    public required IReadOnlyList<NegotiatedContext> Contexts { get; init; }

    /// <summary>The acceptor's user information.</summary>
    public required UserInformation UserInformation { get; init; }

    /// <summary>Reads the body of the PDU.</summary>
    /// <exception cref="ProtocolViolationException">The body is malformed.</exception>
    public static AssociateAccept Read(ReadOnlySpan<byte> body)
    {
        var pdu = new PduCursor(body);
        _ = pdu.Take(4);
        var called = AeTitle.FromField(pdu.Take(AeTitle.MaximumLength));
        var calling = AeTitle.FromField(pdu.Take(AeTitle.MaximumLength));
        _ = pdu.Take(32);

        List<NegotiatedContext> contexts = [];
        var userInformation = new UserInformation(0, null, null);
        while (!pdu.AtEnd)
        {
            switch (pdu.Item(out var item))
            {
                case ItemType.NegotiatedContext:
                    contexts.Add(NegotiatedContext.Read(ref item));
                    break;
                case ItemType.UserInformation:
                    userInformation = UserInformation.Read(ref item);
                    break;
            }
        }

        return new AssociateAccept
        {
            CalledAeTitle = called,
            CallingAeTitle = calling,
            Contexts = contexts,
            UserInformation = userInformation,
        };
    }

    /// <summary>The whole PDU.</summary>
    public byte[] ToBytes() => PduBuilder.Build(PduType.AssociateAccept, pdu =>
    {
        pdu.UInt16(1).Zeros(2);
        pdu.Bytes(CalledAeTitle?.ToField() ?? new byte[AeTitle.MaximumLength]);
        pdu.Bytes(CallingAeTitle?.ToField() ?? new byte[AeTitle.MaximumLength]);
        pdu.Zeros(32).TextItem(ItemType.ApplicationContext, AssociateRequest.DicomApplicationContext.Value);
        foreach (var context in Contexts)
            context.Write(pdu);
        UserInformation.Write(pdu);
    });
}
