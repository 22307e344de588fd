using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Commitment;

/// <summary>The elements of storage commitment (PS3.4 tables J.3-1 and J.3-2).</summary>
internal static class CommitmentTags
{
    public static Tag ReferencedSopClassUid { get; } = new(0x0008, 0x1150);

    public static Tag ReferencedSopInstanceUid { get; } = new(0x0008, 0x1155);

    public static Tag TransactionUid { get; } = new(0x0008, 0x1195);

    public static Tag FailureReason { get; } = new(0x0008, 0x1197);

    public static Tag FailedSopSequence { get; } = new(0x0008, 0x1198);

    public static Tag ReferencedSopSequence { get; } = new(0x0008, 0x1199);
}
