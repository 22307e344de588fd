using Gateway.Dicom.Identifiers;
using Gateway.Dicom.UpperLayer.Pdus;

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
    AssociationTimeouts Timeouts);
