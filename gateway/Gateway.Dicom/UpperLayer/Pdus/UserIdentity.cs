using System.Diagnostics;
using System.Text;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>
/// Who the user of a requestor is (PS3.7 annex D.3.3.7). What proves it is a secret: no text of this type holds it, and it is on the wire
/// in the clear unless the connection is encrypted.
/// </summary>
public sealed class UserIdentity
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] primary;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] secondary;

    private UserIdentity(UserIdentityKind kind, bool requestsResponse, byte[] primary, byte[] secondary) =>
        (Kind, RequestsResponse, this.primary, this.secondary) = (kind, requestsResponse, primary, secondary);

    /// <summary>How the user is identified.</summary>
    public UserIdentityKind Kind { get; }

    /// <summary>Whether the requestor wants to be told that the acceptor took the identity.</summary>
    public bool RequestsResponse { get; }

    /// <summary>The name, where the kind has one.</summary>
    public string? UserName => Kind is UserIdentityKind.UserName or UserIdentityKind.Passcode ? Encoding.UTF8.GetString(primary) : null;

    /// <summary>The passcode (in UTF-8), the ticket, the assertion or the token; empty where only a name is given.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public ReadOnlyMemory<byte> Secret => Kind switch
    {
        UserIdentityKind.UserName => ReadOnlyMemory<byte>.Empty,
        UserIdentityKind.Passcode => secondary,
        _ => primary,
    };

    /// <summary>A name without proof.</summary>
    /// <param name="userName">The name.</param>
    /// <param name="requestsResponse">Whether the acceptor is to confirm it.</param>
    public static UserIdentity ByName(string userName, bool requestsResponse) =>
        new(UserIdentityKind.UserName, requestsResponse, Encoding.UTF8.GetBytes(userName), []);

    /// <summary>A name with a passcode.</summary>
    /// <param name="userName">The name.</param>
    /// <param name="passcode">The passcode.</param>
    /// <param name="requestsResponse">Whether the acceptor is to confirm it.</param>
    public static UserIdentity ByPasscode(string userName, string passcode, bool requestsResponse) =>
        new(UserIdentityKind.Passcode, requestsResponse, Encoding.UTF8.GetBytes(userName), Encoding.UTF8.GetBytes(passcode));

    /// <summary>A ticket, an assertion or a token.</summary>
    /// <param name="kind">Which of them.</param>
    /// <param name="proof">The bytes.</param>
    /// <param name="requestsResponse">Whether the acceptor is to confirm it.</param>
    /// <exception cref="ArgumentException">The kind is none that has a proof only, or the proof is longer than its field holds.</exception>
    public static UserIdentity ByProof(UserIdentityKind kind, ReadOnlySpan<byte> proof, bool requestsResponse)
    {
        if (kind is not (UserIdentityKind.Kerberos or UserIdentityKind.Saml or UserIdentityKind.JsonWebToken))
            throw new ArgumentException($"A user identity of kind {kind} is not a proof alone.", nameof(kind));
        return proof.Length < ushort.MaxValue - 16
            ? new UserIdentity(kind, requestsResponse, proof.ToArray(), [])
            : throw new ArgumentException($"A proof of {proof.Length} bytes does not fit into its field.", nameof(proof));
    }

    /// <summary>The kind, and nothing else.</summary>
    public override string ToString() => $"user identity by {Kind}";

    internal static UserIdentity Read(ref PduCursor item)
    {
        var kind = (UserIdentityKind)item.Byte();
        var requestsResponse = item.Byte() == 1;
        var primary = item.Take(item.UInt16()).ToArray();
        var secondary = item.AtEnd ? [] : item.Take(item.UInt16()).ToArray();
        return new UserIdentity(kind, requestsResponse, primary, secondary);
    }

    internal void Write(PduBuilder pdu) => pdu.Item(ItemType.UserIdentity, item =>
        item.Byte((byte)Kind).Byte(RequestsResponse ? (byte)1 : (byte)0)
            .UInt16(checked((ushort)primary.Length)).Bytes(primary)
            .UInt16(checked((ushort)secondary.Length)).Bytes(secondary));
}
