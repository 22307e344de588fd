using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Tls;

namespace Gateway.Dicom.UpperLayer;

/// <summary>Whom a requestor calls, and how.</summary>
/// <param name="EndPoint">The peer's address and port: an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
/// <param name="Calling">Our own title.</param>
/// <param name="Called">The peer's title.</param>
public sealed record RequestorOptions(EndPoint EndPoint, AeTitle Calling, AeTitle Called)
{
    /// <summary>How long the peer is waited for; the ARTIM timer also bounds the transport connection.</summary>
    public AssociationTimeouts Timeouts { get; init; } = AssociationTimeouts.Default;

    /// <summary>The longest P-DATA-TF body that is announced and taken, in bytes.</summary>
    public int MaximumPduLength { get; init; } = 128 * 1024;

    /// <summary>
    /// How many operations may be outstanding (PS3.7 annex D.3.3.3). More than 1 is proposed to the peer, which may allow fewer; some
    /// peers break on the proposal, so it is not made by default.
    /// </summary>
    public int MaximumOperations { get; init; } = 1;

    /// <summary>The roles that are proposed (PS3.7 annex D.3.3.4); none proposes to be user (SCU) of every class.</summary>
    public IReadOnlyList<RoleSelection> Roles { get; init; } = [];

    /// <summary>Who the user is; null where the peer is not told.</summary>
    public UserIdentity? Identity { get; init; }

    /// <summary>How the connection is encrypted; null for in the clear.</summary>
    public TlsSettings? Tls { get; init; }
}
