using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Commitment;

/// <summary>Names an instance, as an item of a sequence does (PS3.3 table 10-11).</summary>
/// <param name="SopClass">Referenced SOP Class UID (0008,1150).</param>
/// <param name="SopInstance">Referenced SOP Instance UID (0008,1155).</param>
public sealed record InstanceReference(Uid SopClass, Uid SopInstance)
{
    /// <summary>Reads an item; null where it does not name one instance whole.</summary>
    /// <param name="item">The item.</param>
    public static InstanceReference? From(DataSet item) =>
        item.Identifiers(CommitmentTags.ReferencedSopClassUid) is [var sopClass] && item.Identifiers(CommitmentTags.ReferencedSopInstanceUid) is [var sopInstance]
            ? new InstanceReference(sopClass, sopInstance)
            : null;

    /// <summary>The reference as an item.</summary>
    public DataSet ToItem() => new(
    [
        DataElement.OfIdentifier(CommitmentTags.ReferencedSopClassUid, SopClass),
        DataElement.OfIdentifier(CommitmentTags.ReferencedSopInstanceUid, SopInstance),
    ]);
}
