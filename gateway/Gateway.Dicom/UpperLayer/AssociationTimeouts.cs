namespace Gateway.Dicom.UpperLayer;

/// <summary>How long an association waits for its peer.</summary>
/// <param name="Artim">The association request/reject/release timer (PS3.8 section 9.1.5).</param>
/// <param name="Idle">The longest silence, and the longest time for one PDU, while the association is open.</param>
public sealed record AssociationTimeouts(TimeSpan Artim, TimeSpan Idle)
{
    /// <summary>30 s for the timer, 60 s of silence.</summary>
    public static AssociationTimeouts Default { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
}
