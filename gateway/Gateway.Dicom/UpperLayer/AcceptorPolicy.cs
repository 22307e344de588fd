using Gateway.Dicom.Identifiers;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Tls;

namespace Gateway.Dicom.UpperLayer;

/// <summary>What an acceptor accepts.</summary>
/// <param name="Admit">
/// Whether the request is admitted: null, or the rejection that is sent. It is asked once, after protocol version and application context
/// were found right.
/// </param>
/// <param name="AcceptsAbstractSyntax">
/// Whether contexts for this SOP class are accepted, each with the first transfer syntax of its list.
/// </param>
/// <param name="MaximumPduLength">The longest P-DATA-TF body that is announced and taken, in bytes.</param>
/// <param name="Timeouts">How long the peer is waited for.</param>
public sealed record AcceptorPolicy(
    Func<AssociateRequest, AssociateReject?> Admit, Func<Uid, bool> AcceptsAbstractSyntax, int MaximumPduLength,
    AssociationTimeouts Timeouts)
{
    /// <summary>
    /// Whether a requestor that proposes it may be the provider (SCP) of a SOP class that is accepted (PS3.7 annex D.3.3.4); never by default.
    /// </summary>
    public Func<Uid, bool> AcceptsProvider { get; init; } = _ => false;

    /// <summary>
    /// How many operations a requestor that proposes a window may have outstanding (PS3.7 annex D.3.3.3), asked once it is admitted; others have
    /// one. More than one makes a storage handler work on several instances at once.
    /// </summary>
    public Func<AssociateRequest, int> MaximumOperations { get; init; } = _ => 1;

    /// <summary>
    /// Whether the user is admitted, asked after <see cref="Admit"/>, also where the requestor names nobody (null). Where it is null
    /// itself, or gives null, user identities are passed over and never confirmed.
    /// </summary>
    public Func<UserIdentity?, CancellationToken, ValueTask<IdentityVerdict?>>? JudgeIdentity { get; init; }

    /// <summary>How the connection is encrypted; null for in the clear.</summary>
    public TlsSettings? Tls { get; init; }
}
