namespace Gateway.Dicom.UpperLayer;

/// <summary>Why the service provider aborts an association (PS3.8 section 9.3.8, table 9-26).</summary>
public enum AbortReason
{
    /// <summary>No reason is given.</summary>
    NotSpecified = 0,

    /// <summary>A PDU of an unknown type came.</summary>
    UnrecognizedPdu = 1,

    /// <summary>A known PDU came when none of its type was due.</summary>
    UnexpectedPdu = 2,

    /// <summary>Not assigned.</summary>
    NotAssigned = 3,

    /// <summary>A PDU holds a parameter that is not known.</summary>
    UnrecognizedPduParameter = 4,

    /// <summary>A PDU holds a parameter that is not due.</summary>
    UnexpectedPduParameter = 5,

    /// <summary>A parameter of a PDU has a value that it must not have; also a PDU longer than agreed.</summary>
    InvalidPduParameter = 6,
}
