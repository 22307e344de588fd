using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>A presentation context that a requestor proposes (PS3.8 section 9.3.2.2).</summary>
/// <param name="Id">Its id, odd, 1 to 255.</param>
/// <param name="AbstractSyntax">The SOP class.</param>
/// <param name="TransferSyntaxes">The transfer syntaxes, in the requestor's order.</param>
public sealed record ProposedContext(byte Id, Uid AbstractSyntax, IReadOnlyList<TransferSyntax> TransferSyntaxes)
{
    internal static ProposedContext Read(ref PduCursor item)
    {
        var id = item.Byte();
        _ = item.Take(3);
        if (id % 2 == 0)
            throw new ProtocolViolationException(AbortReason.InvalidPduParameter, $"Presentation context id {id} is even; ids are odd.");

        Uid? abstractSyntax = null;
        List<TransferSyntax> transferSyntaxes = [];
        while (!item.AtEnd)
        {
            switch (item.Item(out var content))
            {
                case ItemType.AbstractSyntax:
                    abstractSyntax = Uid.TryParse(content.Remaining(), out var sopClass) ? sopClass : null;
                    break;
                case ItemType.TransferSyntax when Uid.TryParse(content.Remaining(), out var syntax):
                    transferSyntaxes.Add(new TransferSyntax(syntax));
                    break;
            }
        }

        return abstractSyntax is { } known
            ? new ProposedContext(id, known, transferSyntaxes)
            : throw new ProtocolViolationException(
                AbortReason.InvalidPduParameter, $"Presentation context {id} has no readable abstract syntax.");
    }

    internal void Write(PduBuilder pdu) => pdu.Item(ItemType.ProposedContext, item =>
    {
        item.Byte(Id).Zeros(3).TextItem(ItemType.AbstractSyntax, AbstractSyntax.Value);
        foreach (var syntax in TransferSyntaxes)
            item.TextItem(ItemType.TransferSyntax, syntax.Uid.Value);
    });
}
