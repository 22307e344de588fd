using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.UpperLayer;

/// <summary>The association was rejected, by the peer or by us, in the words of A-ASSOCIATE-RJ (PS3.8 section 9.3.4).</summary>
/// <param name="rejection">The result, the source and the reason.</param>
public sealed class AssociationRejectedException(AssociateReject rejection)
    : AssociationException($"The association was rejected: {rejection}.")
{
    /// <summary>The result, the source and the reason.</summary>
    public AssociateReject Rejection { get; } = rejection;
}
