using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.UpperLayer;

/// <summary>The peer sent A-ABORT (PS3.8 section 9.3.8).</summary>
/// <param name="abort">Its source and reason.</param>
public sealed class AssociationAbortedException(Abort abort)
    : AssociationException($"The peer aborted the association: {abort.Source}, {abort.Reason}.")
{
    /// <summary>Its source and reason.</summary>
    public Abort Abort { get; } = abort;
}
