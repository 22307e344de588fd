using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.UpperLayer;

/// <summary>
/// Room for one fragment of a message with the headers of its P-DATA-TF in front, so that the whole leaves in one write without a copy.
/// It is used again after it was sent.
/// </summary>
public sealed class OutgoingFragment
{
    private const int HeadersLength = PduReader.HeaderLength + PresentationDataValue.HeaderLength;

    private readonly byte[] pdu;

    internal OutgoingFragment(int length) => pdu = GC.AllocateUninitializedArray<byte>(HeadersLength + length);

    /// <summary>Where the fragment is put: as many bytes as fit into one PDU of the peer's maximum length.</summary>
    public Memory<byte> Bytes => pdu.AsMemory(HeadersLength);

    internal ReadOnlyMemory<byte> ToPdu(byte contextId, bool isCommand, bool isLast, int count)
    {
        PresentationDataValue.WriteHeaders(pdu, contextId, isCommand, isLast, count);
        return pdu.AsMemory(0, HeadersLength + count);
    }
}
