namespace Gateway.Dicom.UpperLayer;

/// <summary>
/// The peer accepted the association and did not confirm the user identity, which it was asked to (PS3.7 annex D.3.3.7): it does not
/// know user identities. The association was aborted.
/// </summary>
public sealed class UserIdentityNotConfirmedException()
    : AssociationException("The peer accepted the association without confirming the user identity.");
