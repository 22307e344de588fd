namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>A PDU as it was received: its type and what follows its six byte header (PS3.8 section 9.3.1).</summary>
/// <param name="Type">The type.</param>
/// <param name="Body">The bytes after the header; valid until the next PDU is read.</param>
public readonly record struct ReceivedPdu(PduType Type, ReadOnlyMemory<byte> Body);
