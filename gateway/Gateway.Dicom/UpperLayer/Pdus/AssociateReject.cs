namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>A-ASSOCIATE-RJ (PS3.8 section 9.3.4, table 9-21).</summary>
/// <param name="Result">1 permanent, 2 transient: the same request may succeed later.</param>
/// <param name="Source">1 service user, 2 service provider (ACSE), 3 service provider (presentation).</param>
/// <param name="Reason">What it means depends on the source.</param>
public readonly record struct AssociateReject(byte Result, byte Source, byte Reason)
{
    /// <summary>Permanent: no reason is given.</summary>
    public static AssociateReject NoReason => new(1, 1, 1);

    /// <summary>Permanent: the application context name is not supported.</summary>
    public static AssociateReject ApplicationContextNotSupported => new(1, 1, 2);

    /// <summary>Permanent: the calling AE title is not recognized.</summary>
    public static AssociateReject CallingAeTitleNotRecognized => new(1, 1, 3);

    /// <summary>Permanent: the called AE title is not recognized.</summary>
    public static AssociateReject CalledAeTitleNotRecognized => new(1, 1, 7);

    /// <summary>Permanent: the protocol version is not supported.</summary>
    public static AssociateReject ProtocolVersionNotSupported => new(1, 2, 2);

    /// <summary>Transient: the acceptor has no room for more at the moment.</summary>
    public static AssociateReject TemporaryCongestion => new(2, 3, 1);

    /// <summary>Transient: as many associations as allowed are open.</summary>
    public static AssociateReject LocalLimitExceeded => new(2, 3, 2);

    /// <summary>Reads the body of the PDU.</summary>
    /// <exception cref="ProtocolViolationException">The body is too short.</exception>
    public static AssociateReject Read(ReadOnlySpan<byte> body)
    {
        var pdu = new PduCursor(body);
        _ = pdu.Byte();
        return new AssociateReject(pdu.Byte(), pdu.Byte(), pdu.Byte());
    }

    /// <summary>The whole PDU.</summary>
    public byte[] ToBytes() => [(byte)PduType.AssociateReject, 0, 0, 0, 0, 4, 0, Result, Source, Reason];

    /// <summary>The rejection in the words of table 9-21, with its three numbers.</summary>
    public override string ToString()
    {
        var words = (Source, Reason) switch
        {
            (1, 2) => "the application context name is not supported",
            (1, 3) => "the calling AE title is not recognized",
            (1, 7) => "the called AE title is not recognized",
            (2, 2) => "the protocol version is not supported",
            (3, 1) => "temporary congestion",
            (3, 2) => "the peer's limit of associations is exceeded",
            _ => "no reason given",
        };
        return $"{(Result == 2 ? "for now" : "permanently")}, {words} (result {Result}, source {Source}, reason {Reason})";
    }
}
