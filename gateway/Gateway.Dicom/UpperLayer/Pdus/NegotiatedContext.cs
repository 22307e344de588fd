using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>The acceptor's answer to one proposed presentation context (PS3.8 section 9.3.3.2).</summary>
/// <param name="Id">The id of the proposed context.</param>
/// <param name="Result">Whether it was accepted.</param>
/// <param name="TransferSyntax">The one chosen; without meaning where the context was not accepted.</param>
public sealed record NegotiatedContext(byte Id, ContextResult Result, TransferSyntax TransferSyntax)
{
    internal static NegotiatedContext Read(ref PduCursor item)
    {
        var id = item.Byte();
        _ = item.Byte();
        var result = (ContextResult)item.Byte();
        _ = item.Byte();
        var chosen = TransferSyntax.ImplicitVrLittleEndian;
        var found = false;
        while (!item.AtEnd)
        {
            if (item.Item(out var content) == ItemType.TransferSyntax && Uid.TryParse(content.Remaining(), out var syntax))
                (chosen, found) = (new TransferSyntax(syntax), true);
        }

        return found || result != ContextResult.Acceptance
            ? new NegotiatedContext(id, result, chosen)
            : throw new ProtocolViolationException(
                AbortReason.InvalidPduParameter, $"Presentation context {id} was accepted without a transfer syntax.");
    }

    internal void Write(PduBuilder pdu) => pdu.Item(ItemType.NegotiatedContext, item =>
        item.Byte(Id).Byte(0).Byte((byte)Result).Byte(0).TextItem(ItemType.TransferSyntax, TransferSyntax.Uid.Value));
}
