namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>What is done about an event (PS3.8 section 9.2.3, tables 9-6 to 9-9).</summary>
public enum ProtocolAction
{
    /// <summary>A blank cell of table 9-10: the event cannot happen, or the local user must not cause it.</summary>
    None = 0,

    /// <summary>Ask for a transport connection.</summary>
    AE1,

    /// <summary>Send A-ASSOCIATE-RQ.</summary>
    AE2,

    /// <summary>Confirm the association to the local user: accepted.</summary>
    AE3,

    /// <summary>Confirm the association to the local user: rejected; close the connection.</summary>
    AE4,

    /// <summary>Take the transport connection; start ARTIM.</summary>
    AE5,

    /// <summary>Stop ARTIM; show the request to the local user, or, where no user could accept it, send A-ASSOCIATE-RJ and start ARTIM.</summary>
    AE6,

    /// <summary>Send A-ASSOCIATE-AC.</summary>
    AE7,

    /// <summary>Send A-ASSOCIATE-RJ; start ARTIM.</summary>
    AE8,

    /// <summary>Send P-DATA-TF.</summary>
    DT1,

    /// <summary>Hand P-DATA-TF to the local user.</summary>
    DT2,

    /// <summary>Send A-RELEASE-RQ.</summary>
    AR1,

    /// <summary>Show the request for release to the local user.</summary>
    AR2,

    /// <summary>Confirm the release to the local user; close the connection.</summary>
    AR3,

    /// <summary>Send A-RELEASE-RP; start ARTIM.</summary>
    AR4,

    /// <summary>Stop ARTIM.</summary>
    AR5,

    /// <summary>Hand P-DATA-TF to the local user.</summary>
    AR6,

    /// <summary>Send P-DATA-TF.</summary>
    AR7,

    /// <summary>Show the request for release to the local user: both sides asked at once.</summary>
    AR8,

    /// <summary>Send A-RELEASE-RP.</summary>
    AR9,

    /// <summary>Confirm the release to the local user.</summary>
    AR10,

    /// <summary>Send A-ABORT of the service user; start ARTIM again.</summary>
    AA1,

    /// <summary>Stop ARTIM; close the connection.</summary>
    AA2,

    /// <summary>Tell the local user of the peer's abort; close the connection.</summary>
    AA3,

    /// <summary>Tell the local user that the association is lost.</summary>
    AA4,

    /// <summary>Stop ARTIM.</summary>
    AA5,

    /// <summary>Ignore the PDU.</summary>
    AA6,

    /// <summary>Send A-ABORT.</summary>
    AA7,

    /// <summary>Send A-ABORT of the service provider; tell the local user; start ARTIM.</summary>
    AA8,
}
