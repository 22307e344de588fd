using Gateway.Dicom.Commitment;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;

namespace Gateway.Service.Committing;

/// <summary>
/// Takes what targets report about the requests of the gateway, on whichever association. A report is on the device before it is answered;
/// what it does not name is not proved.
/// </summary>
internal sealed class CommitmentReports(Ledger ledger, Targets targets)
{
    /// <summary>Takes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="from">Who reports.</param>
    /// <returns>The answer: 0115 where nothing waits for such a report of that peer.</returns>
    public async Task<DimseStatus> TakeAsync(CommitmentReport report, AeTitle from)
    {
        var transaction = report.Transaction.Value;
        if (ledger.Ask(book => book.OfTransaction(transaction)) is not var (delivery, names) || !targets.IsAt(delivery.Target, from))
            return DimseStatus.InvalidArgumentValue;
        var kept = report.Committed.Select(instance => SpoolName.HashOf(instance.SopInstance)).ToHashSet();
        var failed = report.Failed.DistinctBy(one => one.Instance.SopInstance).ToDictionary(one => SpoolName.HashOf(one.Instance.SopInstance), one => one.Reason.ToString());
        var hashes = names.ToDictionary(name => name, name => SpoolName.Parse(name)?.InstanceHash ?? "");
        ledger.Record(new LedgerEvent.Committed(
            delivery.Id, transaction,
            [.. names.Where(name => kept.Contains(hashes[name]) && !failed.ContainsKey(hashes[name]))],
            [.. names.Where(name => !kept.Contains(hashes[name]) || failed.ContainsKey(hashes[name])).Select(name => new UncommittedInstance(name, failed.GetValueOrDefault(hashes[name])))]));
        await ledger.FlushAsync();
        return DimseStatus.Success;
    }
}
