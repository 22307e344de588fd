namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>The states of an association (PS3.8 section 9.2.2, tables 9-1 to 9-5).</summary>
public enum ProtocolState
{
    /// <summary>No state.</summary>
    None = 0,

    /// <summary>No association; where a connection exists, it is not known here yet.</summary>
    Sta1,

    /// <summary>The transport connection is open; A-ASSOCIATE-RQ is awaited.</summary>
    Sta2,

    /// <summary>The local user is to answer the A-ASSOCIATE indication.</summary>
    Sta3,

    /// <summary>The transport connection is being opened.</summary>
    Sta4,

    /// <summary>A-ASSOCIATE-AC or -RJ is awaited.</summary>
    Sta5,

    /// <summary>The association is established and ready for data.</summary>
    Sta6,

    /// <summary>A-RELEASE-RP is awaited.</summary>
    Sta7,

    /// <summary>The local user is to answer the A-RELEASE indication.</summary>
    Sta8,

    /// <summary>Release collision, at the requestor of the association: the local user is to answer the indication.</summary>
    Sta9,

    /// <summary>Release collision, at the acceptor of the association: A-RELEASE-RP is awaited.</summary>
    Sta10,

    /// <summary>Release collision, at the requestor of the association: A-RELEASE-RP is awaited.</summary>
    Sta11,

    /// <summary>Release collision, at the acceptor of the association: the local user is to answer the indication.</summary>
    Sta12,

    /// <summary>The association is over; the peer is to close the transport connection.</summary>
    Sta13,
}
