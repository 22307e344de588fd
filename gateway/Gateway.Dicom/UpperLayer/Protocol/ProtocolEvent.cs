namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>What happens to an association (PS3.8 section 9.2.1, the rows of table 9-10).</summary>
public enum ProtocolEvent
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary>The local user requests an association.</summary>
    Evt1,

    /// <summary>The transport connection that was asked for is open.</summary>
    Evt2,

    /// <summary>A-ASSOCIATE-AC came.</summary>
    Evt3,

    /// <summary>A-ASSOCIATE-RJ came.</summary>
    Evt4,

    /// <summary>A peer opened a transport connection.</summary>
    Evt5,

    /// <summary>A-ASSOCIATE-RQ came.</summary>
    Evt6,

    /// <summary>The local user accepts the association.</summary>
    Evt7,

    /// <summary>The local user rejects the association.</summary>
    Evt8,

    /// <summary>The local user sends data.</summary>
    Evt9,

    /// <summary>P-DATA-TF came.</summary>
    Evt10,

    /// <summary>The local user requests the release.</summary>
    Evt11,

    /// <summary>A-RELEASE-RQ came.</summary>
    Evt12,

    /// <summary>A-RELEASE-RP came.</summary>
    Evt13,

    /// <summary>The local user agrees to the release.</summary>
    Evt14,

    /// <summary>The local user aborts.</summary>
    Evt15,

    /// <summary>A-ABORT came.</summary>
    Evt16,

    /// <summary>The transport connection is closed.</summary>
    Evt17,

    /// <summary>The ARTIM timer expired.</summary>
    Evt18,

    /// <summary>A PDU came that is not recognized, or is invalid.</summary>
    Evt19,
}
