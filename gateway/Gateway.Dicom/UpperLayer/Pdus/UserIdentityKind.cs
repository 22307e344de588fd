namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>How a requestor says who its user is (PS3.7 annex D.3.3.7, table D.3-14).</summary>
public enum UserIdentityKind
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>By a name.</summary>
    UserName = 1,

    /// <summary>By a name and a passcode.</summary>
    Passcode = 2,

    /// <summary>By a Kerberos service ticket.</summary>
    Kerberos = 3,

    /// <summary>By a SAML assertion.</summary>
    Saml = 4,

    /// <summary>By a JSON web token.</summary>
    JsonWebToken = 5,
}
