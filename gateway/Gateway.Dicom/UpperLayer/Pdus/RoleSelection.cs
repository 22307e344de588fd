using System.Text;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// Which roles the requestor of the association has for a SOP class (PS3.7 annex D.3.3.4). Without it the requestor is SCU only.
/// </summary>
/// <param name="SopClass">The SOP class.</param>
/// <param name="IsUser">Whether the requestor is SCU; in an answer, whether the acceptor agrees.</param>
/// <param name="IsProvider">Whether the requestor is SCP; in an answer, whether the acceptor agrees.</param>
public sealed record RoleSelection(Uid SopClass, bool IsUser, bool IsProvider)
{
    /// <summary>The answer of an acceptor: the requestor may be SCU where it proposes to, and SCP where the acceptor is ready to be its SCU.</summary>
    /// <param name="acceptsProvider">Whether the requestor may be SCP.</param>
    public RoleSelection Answer(bool acceptsProvider) => this with { IsProvider = IsProvider && acceptsProvider };

    internal static RoleSelection? Read(ref PduCursor item) =>
        Uid.TryParse(item.Take(item.UInt16()), out var sopClass) ? new RoleSelection(sopClass, item.Byte() == 1, item.Byte() == 1) : null;

    internal void Write(PduBuilder pdu) => pdu.Item(ItemType.RoleSelection, item =>
        item.UInt16((ushort)SopClass.Value.Length).Bytes(Encoding.ASCII.GetBytes(SopClass.Value))
            .Byte(IsUser ? (byte)1 : (byte)0).Byte(IsProvider ? (byte)1 : (byte)0));
}
