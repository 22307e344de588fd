namespace Gateway.Dicom.UpperLayer;

/// <summary>The transport connection ended without A-RELEASE or A-ABORT (PS3.8 section 9.2, event "transport connection closed").</summary>
/// <param name="message">What was going on.</param>
/// <param name="cause">What the transport reported, where it did.</param>
public sealed class AssociationLostException(string message, Exception? cause = null) : AssociationException(message, cause);
