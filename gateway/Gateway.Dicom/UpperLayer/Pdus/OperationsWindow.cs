namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// The asynchronous operations window (PS3.7 annex D.3.3.3): how many operations may be outstanding. Both numbers are seen from the
/// requestor of the association, in the request as in the answer; 0 means without limit, and no window at all means one.
/// </summary>
/// <param name="Invoked">How many the requestor may have asked for and not been answered.</param>
/// <param name="Performed">How many the acceptor may have asked for and not been answered.</param>
public readonly record struct OperationsWindow(ushort Invoked, ushort Performed)
{
    /// <summary>The answer of an acceptor that asks for one operation at a time itself.</summary>
    /// <param name="limit">How many operations it takes at once, at least 1.</param>
    public OperationsWindow Answer(int limit) =>
        new((ushort)Math.Min(Invoked == 0 ? ushort.MaxValue : Invoked, Math.Clamp(limit, 1, ushort.MaxValue)), 1);

    internal static OperationsWindow Read(ref PduCursor item) => new(item.UInt16(), item.UInt16());

    internal void Write(PduBuilder pdu)
    {
        var (invoked, performed) = (Invoked, Performed);
        pdu.Item(ItemType.OperationsWindow, item => item.UInt16(invoked).UInt16(performed));
    }
}
