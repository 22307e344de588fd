using Gateway.Dicom.Dimse;

namespace Gateway.Service.Delivering;

/// <summary>What the status of a C-STORE means for what is done next (PS3.4 table B.2-1, PS3.7 annex C).</summary>
internal enum StoreVerdict
{
    /// <summary>The target has it: 0000, or a warning.</summary>
    Stored,

    /// <summary>It may take it later: A7xx, out of resources.</summary>
    Later,

    /// <summary>It will not take this instance: A9xx, Cxxx, and every other failure.</summary>
    Never,
}

/// <summary>Reads the status of a C-STORE.</summary>
internal static class StoreVerdicts
{
    /// <summary>What a status means.</summary>
    public static StoreVerdict Of(DimseStatus status) =>
        status.IsSuccess || status.IsWarning ? StoreVerdict.Stored
        : status.Code >> 8 == 0xA7 ? StoreVerdict.Later
        : StoreVerdict.Never;

    /// <summary>What it says, for people.</summary>
    public static string Describe(DimseStatus status) => (status.Code >> 8, status.Code) switch
    {
        (_, 0x0122) => "the target does not support the SOP class",
        (_, 0x0124) => "the target does not authorise it",
        (0xA7, _) => "the target is out of resources",
        (0xA9, _) => "the target says that the data set does not match the SOP class",
        ( >= 0xC0 and <= 0xCF, _) => "the target cannot understand the data set",
        _ => "the target failed",
    };
}
