using System.Text;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// The user information item (PS3.8 section 9.3.2.3, annex D; PS3.7 annex D.3.3). Sub-items that it does not hold are ignored when read:
/// an asynchronous operations window that is not answered means one operation at a time (PS3.7 annex D.3.3.3), roles that are not
/// answered are the default ones (annex D.3.3.4).
/// </summary>
/// <param name="MaximumLength">The longest P-DATA-TF body that its sender takes, in bytes; 0 means without limit (PS3.8 annex D.1).</param>
/// <param name="ImplementationClassUid">The sender's implementation class UID, where it gave a readable one.</param>
/// <param name="ImplementationVersionName">The sender's implementation version name, where it gave one.</param>
public sealed record UserInformation(uint MaximumLength, Uid? ImplementationClassUid, string? ImplementationVersionName)
{
    /// <summary>What this implementation says of itself.</summary>
    /// <param name="maximumLength">The longest P-DATA-TF body that it takes, in bytes.</param>
    public static UserInformation Own(int maximumLength) =>
        new((uint)maximumLength, Implementation.ClassUid, Implementation.VersionName);

    internal static UserInformation Read(ref PduCursor item)
    {
        var read = new UserInformation(0, null, null);
        while (!item.AtEnd)
        {
            read = item.Item(out var content) switch
            {
                ItemType.MaximumLength => read with { MaximumLength = content.UInt32() },
                ItemType.ImplementationClassUid =>
                    read with { ImplementationClassUid = Uid.TryParse(content.Remaining(), out var uid) ? uid : null },
                ItemType.ImplementationVersionName =>
                    read with { ImplementationVersionName = Encoding.ASCII.GetString(content.Remaining()).Trim('\0', ' ') },
                _ => read,
            };
        }

        return read;
    }

    internal void Write(PduBuilder pdu) => pdu.Item(ItemType.UserInformation, item =>
    {
        item.Item(ItemType.MaximumLength, length => length.UInt32(MaximumLength));
        if (ImplementationClassUid is { } uid)
            item.TextItem(ItemType.ImplementationClassUid, uid.Value);
        if (ImplementationVersionName is { } name)
            item.TextItem(ItemType.ImplementationVersionName, name);
    });
}
