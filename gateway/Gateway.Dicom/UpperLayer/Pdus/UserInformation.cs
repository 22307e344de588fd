using System.Text;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// The user information item (PS3.8 section 9.3.2.3, annex D; PS3.7 annex D.3.3). Sub-items that it does not know are ignored when read,
/// and so are optional ones that cannot be read: what is not answered has its default.
/// </summary>
/// <param name="MaximumLength">The longest P-DATA-TF body that its sender takes, in bytes; 0 means without limit (PS3.8 annex D.1).</param>
/// <param name="ImplementationClassUid">The sender's implementation class UID, where it gave a readable one.</param>
/// <param name="ImplementationVersionName">The sender's implementation version name, where it gave one.</param>
public sealed record UserInformation(uint MaximumLength, Uid? ImplementationClassUid, string? ImplementationVersionName)
{
    private delegate T Reading<T>(ref PduCursor item);

    /// <summary>The asynchronous operations window; null means one operation at a time.</summary>
    public OperationsWindow? Window { get; init; }

    /// <summary>The roles that differ from the default ones, and perhaps others.</summary>
    public IReadOnlyList<RoleSelection> Roles { get; init; } = [];

    /// <summary>What is said of SOP classes in the terms of their service classes; only read.</summary>
    public IReadOnlyList<ExtendedNegotiation> Extended { get; init; } = [];

    /// <summary>What kinds of classes the proposed ones are; only read.</summary>
    public IReadOnlyList<CommonExtendedNegotiation> CommonExtended { get; init; } = [];

    /// <summary>Who the requestor's user is; in a request only.</summary>
    public UserIdentity? Identity { get; init; }

    /// <summary>That the acceptor took the identity; in an answer only.</summary>
    public UserIdentityResponse? IdentityResponse { get; init; }

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
                ItemType.OperationsWindow => read with { Window = Optional<OperationsWindow?>(ref content, ReadWindow) },
                ItemType.RoleSelection => read with { Roles = With(read.Roles, Optional(ref content, RoleSelection.Read)) },
                ItemType.ExtendedNegotiation =>
                    read with { Extended = With(read.Extended, Optional(ref content, ExtendedNegotiation.Read)) },
                ItemType.CommonExtendedNegotiation =>
                    read with { CommonExtended = With(read.CommonExtended, Optional(ref content, CommonExtendedNegotiation.Read)) },
                ItemType.UserIdentity => read with { Identity = UserIdentity.Read(ref content) },
                ItemType.UserIdentityResponse => read with { IdentityResponse = UserIdentityResponse.Read(ref content) },
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
        Window?.Write(item);
        foreach (var role in Roles)
            role.Write(item);
        if (ImplementationVersionName is { } name)
            item.TextItem(ItemType.ImplementationVersionName, name);
        Identity?.Write(item);
        IdentityResponse?.Write(item);
    });

    private static OperationsWindow? ReadWindow(ref PduCursor item) => OperationsWindow.Read(ref item);

    private static IReadOnlyList<T> With<T>(IReadOnlyList<T> list, T? item)
        where T : class => item is null ? list : [.. list, item];

    private static T? Optional<T>(ref PduCursor item, Reading<T?> read)
    {
        try
        {
            return read(ref item);
        }
        catch (ProtocolViolationException)
        {
            return default; // as if it had not been sent
        }
    }
}
