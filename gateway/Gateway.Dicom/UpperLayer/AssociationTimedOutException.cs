namespace Gateway.Dicom.UpperLayer;

/// <summary>The peer was silent for longer than the ARTIM timer (PS3.8 section 9.1.5) or the idle timeout allows.</summary>
/// <param name="allowed">How long the peer had.</param>
public sealed class AssociationTimedOutException(TimeSpan allowed)
    : AssociationException($"The peer was silent for longer than {allowed.TotalSeconds:0.###} s.")
{
    /// <summary>How long the peer had.</summary>
    public TimeSpan Allowed { get; } = allowed;
}
