using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>A-ASSOCIATE-RQ (PS3.8 section 9.3.2).</summary>
public sealed record AssociateRequest
{
    /// <summary>The DICOM application context name, the only one there is (PS3.7 annex A.2.1).</summary>
    public static Uid DicomApplicationContext { get; } = Uid.Parse("1.2.840.10008.3.1.1.1");

    /// <summary>The protocol version, a bit mask of which bit 0 is the only version there is.</summary>
    public ushort ProtocolVersion { get; init; } = 1;

    /// <summary>The title that the requestor calls; null where the field holds no valid title.</summary>
    public required AeTitle? CalledAeTitle { get; init; }

    /// <summary>The requestor's own title; null where the field holds no valid title.</summary>
    public required AeTitle? CallingAeTitle { get; init; }

    /// <summary>The application context name; null where it is missing or unreadable.</summary>
    public Uid? ApplicationContext { get; init; } = DicomApplicationContext;

    /// <summary>The proposed presentation contexts.</summary>
    public required IReadOnlyList<ProposedContext> Contexts { get; init; }

    /// <summary>The requestor's user information.</summary>
    public required UserInformation UserInformation { get; init; }

    /// <summary>Reads the body of the PDU. Items of an unknown type are ignored (section 9.3.1).</summary>
    /// <exception cref="ProtocolViolationException">The body is malformed.</exception>
    public static AssociateRequest Read(ReadOnlySpan<byte> body)
    {
        var pdu = new PduCursor(body);
        var version = pdu.UInt16();
        _ = pdu.Take(2);
        var called = AeTitle.FromField(pdu.Take(AeTitle.MaximumLength));
        var calling = AeTitle.FromField(pdu.Take(AeTitle.MaximumLength));
        _ = pdu.Take(32);

        Uid? applicationContext = null;
        Dictionary<byte, ProposedContext> contexts = [];
        var userInformation = new UserInformation(0, null, null);
        while (!pdu.AtEnd)
        {
            switch (pdu.Item(out var item))
            {
                case ItemType.ApplicationContext:
                    applicationContext = Uid.TryParse(item.Remaining(), out var name) ? name : null;
                    break;
                case ItemType.ProposedContext:
                    var context = ProposedContext.Read(ref item);
                    if (!contexts.TryAdd(context.Id, context))
                        throw new ProtocolViolationException(
                            AbortReason.InvalidPduParameter, $"Presentation context id {context.Id} is proposed twice.");
                    break;
                case ItemType.UserInformation:
                    userInformation = UserInformation.Read(ref item);
                    break;
            }
        }

        return new AssociateRequest
        {
            ProtocolVersion = version,
            CalledAeTitle = called,
            CallingAeTitle = calling,
            ApplicationContext = applicationContext,
            Contexts = [.. contexts.Values.OrderBy(context => context.Id)],
            UserInformation = userInformation,
        };
    }

    /// <summary>The whole PDU.</summary>
    public byte[] ToBytes() => PduBuilder.Build(PduType.AssociateRequest, pdu =>
    {
        pdu.UInt16(ProtocolVersion).Zeros(2);
        pdu.Bytes(CalledAeTitle?.ToField() ?? new byte[AeTitle.MaximumLength]);
        pdu.Bytes(CallingAeTitle?.ToField() ?? new byte[AeTitle.MaximumLength]);
        pdu.Zeros(32);
        if (ApplicationContext is { } name)
            pdu.TextItem(ItemType.ApplicationContext, name.Value);
        foreach (var context in Contexts)
            context.Write(pdu);
        UserInformation.Write(pdu);
    });
}
