namespace Gateway.Dicom.UpperLayer.Pdus;

/// <summary>The types of protocol data units (PS3.8 section 9.3.1).</summary>
public enum PduType
{
    /// <summary>No PDU.</summary>
    None = 0,

    /// <summary>A-ASSOCIATE-RQ (PS3.8 section 9.3.2).</summary>
    AssociateRequest = 1,

    /// <summary>A-ASSOCIATE-AC (PS3.8 section 9.3.3).</summary>
    AssociateAccept = 2,

    /// <summary>A-ASSOCIATE-RJ (PS3.8 section 9.3.4).</summary>
    AssociateReject = 3,

    /// <summary>P-DATA-TF (PS3.8 section 9.3.5).</summary>
    DataTransfer = 4,

    /// <summary>A-RELEASE-RQ (PS3.8 section 9.3.6).</summary>
    ReleaseRequest = 5,

    /// <summary>A-RELEASE-RP (PS3.8 section 9.3.7).</summary>
    ReleaseResponse = 6,

    /// <summary>A-ABORT (PS3.8 section 9.3.8).</summary>
    Abort = 7,
}
