using System.Net;
using Gateway.Dicom.Identifiers;

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
}
