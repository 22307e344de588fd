using Gateway.Dicom.Commitment;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Delivering;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;

namespace Gateway.Service.Committing;

/// <summary>
/// Delivers to a target that has to commit itself to what it stored (PS3.4 annex J) before that counts as proved. What it does not keep is sent
/// again; where it does not report in time, it is asked again.
/// </summary>
internal sealed class ProvedDeliverer(
    IDeliverer inner, DicomTarget target, AeTitle calling, Spool spool, Ledger ledger, CommitmentReports reports, OpenQuestions questions, TimeProvider time) : IDeliverer
{
    public string Target => inner.Target;

    public async Task<DeliveryAttempt> DeliverAsync(Delivery delivery, Func<bool> isOvertaken, CancellationToken cancellation)
    {
        if (delivery.Uncommitted is { } uncommitted)
            return new DeliveryAttempt.Failed(uncommitted);
        if (delivery.Pending is { } pending)
        {
            ledger.Record(new LedgerEvent.CommitmentOverdue(delivery.Id, pending.Transaction));
            return new DeliveryAttempt.Failed($"the target does not report within {target.Commitment!.Value.TotalMinutes} minutes whether it keeps what it stored");
        }

        if (delivery.Names.Count > 0 && await inner.DeliverAsync(delivery, isOvertaken, cancellation) is var attempt and not DeliveryAttempt.Done)
            return attempt;
        var unproved = ledger.Ask(book => book.Find(delivery.Id)?.Unproved ?? []).Select(name => (Name: name, Reference: Read(name))).ToList();
        foreach (var (name, _) in unproved.Where(one => one.Reference is null))
            ledger.Record(new LedgerEvent.Refused(delivery.Id, name, null, "the target stored it and did not commit itself to it, and the object is not in the spool any more"));
        var known = unproved.Where(one => one.Reference is not null).ToList();
        return known.Count == 0
            ? new DeliveryAttempt.Done()
            : await AskAsync(delivery, [.. known.Select(one => one.Name)], [.. known.Select(one => one.Reference!).Distinct()], cancellation);
    }

    private async Task<DeliveryAttempt> AskAsync(Delivery delivery, IReadOnlyList<string> names, IReadOnlyList<InstanceReference> instances, CancellationToken cancellation)
    {
        var request = new CommitmentRequest(Uid.FromUuid(Guid.NewGuid()), instances);
        CommitmentUser? user = null;
        try
        {
            user = await CommitmentUser.ConnectAsync(
                target.Call(calling) with { MaximumOperations = 1 }, (report, _) => reports.TakeAsync(report, target.AeTitle), cancellation, time);
            ledger.Record(new LedgerEvent.CommitmentAsked(delivery.Id, request.Transaction.Value, names, time.GetUtcNow() + target.Commitment!.Value));
            await ledger.FlushAsync(); // the report may be here before the answer is
            var status = await user.AskAsync(request, cancellation);
            if (!status.IsSuccess && !status.IsWarning)
                return new DeliveryAttempt.Failed($"the target answers the request for commitment with {status}");
            questions.Listen(user, delivery.Id, request.Transaction.Value);
            user = null;
            return new DeliveryAttempt.Asked();
        }
        catch (ContextNotAcceptedException)
        {
            return new DeliveryAttempt.Failed("the target does not offer storage commitment");
        }
        catch (AssociationException failure)
        {
            return new DeliveryAttempt.Failed(failure.Message);
        }
        finally
        {
            if (user is not null)
                await user.DisposeAsync();
        }
    }

    private InstanceReference? Read(string name)
    {
        try
        {
            if (SpoolName.Parse(name) is not { } parsed)
                return null;
            using var file = File.OpenRead(spool.PathOf(parsed));
            var meta = Part10Header.Read(file).Meta;
            return new InstanceReference(meta.SopClass, meta.SopInstance);
        }
        catch (Exception failure) when (failure is FileNotFoundException or Part10Exception)
        {
            return null;
        }
    }
}
