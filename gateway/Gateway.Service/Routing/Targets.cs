using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Tls;
using Gateway.Service.Securing;

namespace Gateway.Service.Routing;

/// <summary>Where images can be sent.</summary>
/// <param name="Dicom">Application entities of the site.</param>
/// <param name="Partners">Partners of the network.</param>
internal sealed record Targets(IReadOnlyList<DicomTarget> Dicom, IReadOnlyList<PartnerTarget> Partners)
{
    /// <summary>Whether a target is the application entity that called, or the partner that sent.</summary>
    public bool IsAt(string target, AeTitle? calling) => calling is { } title
        && (Dicom.Any(dicom => dicom.Id == target && dicom.AeTitle == title) || Partners.Any(partner => partner.Id == target && partner.AeTitle == title));
}

/// <summary>An application entity that images are sent to by C-STORE.</summary>
/// <param name="Id">Names it in routes.</param>
/// <param name="AeTitle">Its AE title.</param>
/// <param name="EndPoint">Its address, or name, and port.</param>
/// <param name="Ids">How ids are told apart there; null leaves them.</param>
internal sealed record DicomTarget(string Id, AeTitle AeTitle, EndPoint EndPoint, IdRule? Ids = null)
{
    /// <summary>How long it may take to report on a request for commitment; null where it is not asked for any.</summary>
    public TimeSpan? Commitment { get; init; }

    /// <summary>How many operations are asked of it at once, where it agrees (PS3.7 annex D.3.3.3).</summary>
    public int MaximumOperations { get; init; } = 1;

    /// <summary>Where the certificates of its connections lie; null for in the clear.</summary>
    public TlsFiles? TlsFiles { get; init; }

    /// <summary>How its connections are encrypted; null for in the clear.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>Where the user is named that it is told; null where it is told none.</summary>
    public UserFiles? UserFiles { get; init; }

    /// <summary>The user that it is told; null where it is told none.</summary>
    public UserIdentity? Identity { get; init; }

    /// <summary>How it is called.</summary>
    /// <param name="calling">Our own title.</param>
    public RequestorOptions Call(AeTitle calling) => new(EndPoint, calling, AeTitle) { MaximumOperations = MaximumOperations, Tls = Tls, Identity = Identity };
}

/// <summary>A partner of the network.</summary>
/// <param name="Id">Names it in routes.</param>
/// <param name="VirtualAeTitle">The AE title whose images go to it, or null.</param>
internal sealed record PartnerTarget(string Id, AeTitle? VirtualAeTitle)
{
    /// <summary>The AE title as which its images arrive here: its virtual one, or else one made of its id.</summary>
    public AeTitle AeTitle => VirtualAeTitle ?? (AeTitle.TryParse(Id.ToUpperInvariant()[..Math.Min(Id.Length, 16)], out var title) ? title : throw new FormatException(Id));
}
