namespace Gateway.Dicom.Dimse;

/// <summary>
/// The Command Field (0000,0100) of the messages that are spoken here (PS3.7 annex E.1). A response is its request with bit 15 set.
/// </summary>
public static class CommandField
{
    /// <summary>C-STORE-RQ.</summary>
    public const ushort StoreRequest = 0x0001;

    /// <summary>C-STORE-RSP.</summary>
    public const ushort StoreResponse = 0x8001;

    /// <summary>C-ECHO-RQ.</summary>
    public const ushort EchoRequest = 0x0030;

    /// <summary>C-ECHO-RSP.</summary>
    public const ushort EchoResponse = 0x8030;

    /// <summary>N-EVENT-REPORT-RQ.</summary>
    public const ushort EventReportRequest = 0x0100;

    /// <summary>N-EVENT-REPORT-RSP.</summary>
    public const ushort EventReportResponse = 0x8100;

    /// <summary>N-ACTION-RQ.</summary>
    public const ushort ActionRequest = 0x0130;

    /// <summary>N-ACTION-RSP.</summary>
    public const ushort ActionResponse = 0x8130;

    /// <summary>C-CANCEL-RQ, which has no response.</summary>
    public const ushort CancelRequest = 0x0FFF;

    /// <summary>The bit that makes a response of a request.</summary>
    public const ushort ResponseBit = 0x8000;
}
