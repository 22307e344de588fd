using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Commitment;

/// <summary>Asks a provider to commit itself to keep instances (PS3.4 table J.3-1).</summary>
/// <param name="Transaction">Transaction UID (0008,1195), by which the report names the request.</param>
/// <param name="Instances">The instances; not none.</param>
public sealed record CommitmentRequest(Uid Transaction, IReadOnlyList<InstanceReference> Instances)
{
    /// <summary>The action type of the request (PS3.4 section J.3.2).</summary>
    public const ushort ActionType = 1;

    /// <summary>Reads the action information; null where it names no transaction or no instance, or an instance is not named whole.</summary>
    /// <param name="set">The data set of the N-ACTION.</param>
    public static CommitmentRequest? From(DataSet set)
    {
        var items = set.Items(CommitmentTags.ReferencedSopSequence);
        return set.Identifiers(CommitmentTags.TransactionUid) is [var transaction]
            && items.Select(InstanceReference.From).OfType<InstanceReference>().ToList() is { Count: > 0 } instances && instances.Count == items.Count
            ? new CommitmentRequest(transaction, instances)
            : null;
    }

    /// <summary>The request as the data set of an N-ACTION.</summary>
    public DataSet ToDataSet() => new(
    [
        DataElement.OfIdentifier(CommitmentTags.TransactionUid, Transaction),
        DataElement.OfItems(CommitmentTags.ReferencedSopSequence, Instances.Select(instance => instance.ToItem())),
    ]);
}
