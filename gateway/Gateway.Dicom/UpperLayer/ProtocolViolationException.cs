namespace Gateway.Dicom.UpperLayer;

/// <summary>The peer sent what PS3.7 or PS3.8 does not allow; the association is aborted with <see cref="Reason"/>.</summary>
/// <param name="reason">The reason that A-ABORT gives.</param>
/// <param name="message">What was found, and what is allowed.</param>
public sealed class ProtocolViolationException(AbortReason reason, string message) : AssociationException(message)
{
    /// <summary>The reason that A-ABORT gives (PS3.8 table 9-26).</summary>
    public AbortReason Reason { get; } = reason;
}
