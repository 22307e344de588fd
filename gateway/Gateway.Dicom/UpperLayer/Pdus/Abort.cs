namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>A-ABORT (PS3.8 section 9.3.8).</summary>
/// <param name="Source">Who aborts.</param>
/// <param name="Reason">Why; without meaning where the service user aborts.</param>
public readonly record struct Abort(AbortSource Source, AbortReason Reason)
{
    /// <summary>Reads the body of the PDU.</summary>
    /// <exception cref="ProtocolViolationException">The body is too short.</exception>
    public static Abort Read(ReadOnlySpan<byte> body)
    {
        var pdu = new PduCursor(body);
        _ = pdu.Take(2);
        return new Abort((AbortSource)pdu.Byte(), (AbortReason)pdu.Byte());
    }

    /// <summary>The whole PDU.</summary>
    public byte[] ToBytes() => [(byte)PduType.Abort, 0, 0, 0, 0, 4, 0, 0, (byte)Source, (byte)Reason];
}
