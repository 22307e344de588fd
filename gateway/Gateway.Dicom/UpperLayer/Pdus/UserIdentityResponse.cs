using System.Diagnostics;

namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>The acceptor's confirmation that it took the user identity (PS3.7 annex D.3.3.7.2); no text of it holds the bytes.</summary>
/// <param name="serverResponse">Kerberos: the server's ticket. SAML: its response. JSON web token: its token. Otherwise empty.</param>
public sealed class UserIdentityResponse(ReadOnlyMemory<byte> serverResponse)
{
    /// <summary>The bytes.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public ReadOnlyMemory<byte> ServerResponse { get; } = serverResponse;

    /// <summary>That it is a confirmation, and nothing else.</summary>
    public override string ToString() => "user identity confirmed";

    internal static UserIdentityResponse Read(ref PduCursor item) => new(item.Take(item.UInt16()).ToArray());

    internal void Write(PduBuilder pdu) => pdu.Item(ItemType.UserIdentityResponse, item =>
        item.UInt16(checked((ushort)ServerResponse.Length)).Bytes(ServerResponse.Span));
}
