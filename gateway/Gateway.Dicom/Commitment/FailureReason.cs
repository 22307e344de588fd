namespace Gateway.Dicom.Commitment;

/// <summary>Why a provider does not commit itself to an instance: Failure Reason (0008,1197) (PS3.3 section C.14.1.1).</summary>
/// <param name="Code">The 16 bit code; others than the named ones may come.</param>
public readonly record struct FailureReason(ushort Code)
{
    /// <summary>0110: a general failure.</summary>
    public static FailureReason ProcessingFailure => new(0x0110);

    /// <summary>0112: the provider does not have the instance.</summary>
    public static FailureReason NoSuchObjectInstance => new(0x0112);

    /// <summary>0119: the provider has the instance, of another SOP class.</summary>
    public static FailureReason ClassInstanceConflict => new(0x0119);

    /// <summary>0122: the provider does not know the SOP class.</summary>
    public static FailureReason ReferencedSopClassNotSupported => new(0x0122);

    /// <summary>0131: the transaction UID is that of another request.</summary>
    public static FailureReason DuplicateTransactionUid => new(0x0131);

    /// <summary>0213: the provider has no room.</summary>
    public static FailureReason ResourceLimitation => new(0x0213);

    /// <summary>The code, four hexadecimal digits.</summary>
    public override string ToString() => $"{Code:X4}";
}
