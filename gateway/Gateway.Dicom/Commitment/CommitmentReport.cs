using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Commitment;

/// <summary>Which instances a provider commits itself to keep (PS3.4 table J.3-2).</summary>
/// <param name="Transaction">The transaction UID of the request.</param>
/// <param name="Committed">Those that it keeps.</param>
/// <param name="Failed">Those that it does not.</param>
public sealed record CommitmentReport(Uid Transaction, IReadOnlyList<InstanceReference> Committed, IReadOnlyList<FailedInstance> Failed)
{
    private const ushort Successful = 1;
    private const ushort FailuresExist = 2;

    /// <summary>The event type (PS3.4 section J.3.3): 1 where every instance is committed, 2 where one is not.</summary>
    public ushort EventType => Failed.Count == 0 ? Successful : FailuresExist;

    /// <summary>Whether a number is that of an event of the SOP class.</summary>
    /// <param name="eventType">The event type id.</param>
    public static bool IsEventType(ushort eventType) => eventType is Successful or FailuresExist;

    /// <summary>Reads the event information; null where it names no transaction. Items that name no instance are passed over.</summary>
    /// <param name="set">The data set of the N-EVENT-REPORT.</param>
    public static CommitmentReport? From(DataSet set) =>
        set.Identifiers(CommitmentTags.TransactionUid) is [var transaction]
            ? new CommitmentReport(
                transaction,
                [.. set.Items(CommitmentTags.ReferencedSopSequence).Select(InstanceReference.From).OfType<InstanceReference>()],
                [.. set.Items(CommitmentTags.FailedSopSequence).Select(FailedInstance.From).OfType<FailedInstance>()])
            : null;

    /// <summary>The report as the data set of an N-EVENT-REPORT; a sequence without items is left out.</summary>
    public DataSet ToDataSet()
    {
        List<DataElement> elements = [DataElement.OfIdentifier(CommitmentTags.TransactionUid, Transaction)];
        if (Committed.Count > 0)
            elements.Add(DataElement.OfItems(CommitmentTags.ReferencedSopSequence, Committed.Select(instance => instance.ToItem())));
        if (Failed.Count > 0)
            elements.Add(DataElement.OfItems(CommitmentTags.FailedSopSequence, Failed.Select(instance => instance.ToItem())));
        return new DataSet(elements);
    }
}
