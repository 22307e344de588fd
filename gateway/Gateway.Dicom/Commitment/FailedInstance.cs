using System.Buffers.Binary;
using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Commitment;

/// <summary>An instance that a provider does not commit itself to: an item of Failed SOP Sequence (0008,1198).</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Reason">Why; a processing failure where the provider does not say.</param>
public sealed record FailedInstance(InstanceReference Instance, FailureReason Reason)
{
    /// <summary>Reads an item; null where it does not name one instance whole.</summary>
    /// <param name="item">The item.</param>
    public static FailedInstance? From(DataSet item) =>
        InstanceReference.From(item) is { } instance
            ? new FailedInstance(
                instance, item.Integers(CommitmentTags.FailureReason) is [var code] ? new FailureReason((ushort)code) : FailureReason.ProcessingFailure)
            : null;

    /// <summary>The instance with its reason as an item.</summary>
    public DataSet ToItem()
    {
        var code = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(code, Reason.Code);
        return Instance.ToItem().With(new DataElement(CommitmentTags.FailureReason, ValueRepresentation.Of("US"), new BytesValue(code)));
    }
}
