using System.Net;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Service.Delivering;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;

namespace Gateway.Service.Auditing;

/// <summary>Audits each attempt of a deliverer: that it begins, and what the target has taken when it ends.</summary>
internal sealed class AuditedDeliverer(IDeliverer inner, DicomTarget target, AeTitle calling, Spool spool, Ledger ledger, AuditLog audit) : IDeliverer
{
    public string Target => inner.Target;

    public async Task<DeliveryAttempt> DeliverAsync(Delivery delivery, Func<bool> isOvertaken, CancellationToken cancellation)
    {
        if (delivery.Names.Count == 0)
            return await inner.DeliverAsync(delivery, isOvertaken, cancellation); // no image is sent
        var classes = delivery.Names.Select(name => (Name: name, Class: ClassOf(name))).Where(one => one.Class is not null).ToDictionary(one => one.Name, one => one.Class!);
        var patients = delivery.Names.Select(name => PatientOf(name, cancellation)).FirstOrDefault(patient => patient is not null) is { } found ? [found] : Array.Empty<string>();
        audit.Write(AuditMessages.Begins(Transfer(delivery, patients, classes.Values), audit.Now));
        DeliveryAttempt? attempt = null;
        try
        {
            attempt = await inner.DeliverAsync(delivery, isOvertaken, cancellation);
            return attempt;
        }
        finally
        {
            var (left, refused) = ledger.Ask(book => (
                book.Find(delivery.Id)?.Names.ToHashSet() ?? [], book.DeadLetters.Where(letter => letter.Delivery == delivery.Id).Select(letter => letter.Name).ToHashSet()));
            var taken = classes.Where(one => !left.Contains(one.Key) && !refused.Contains(one.Key)).Select(one => one.Value).ToList();
            var refusedNow = delivery.Names.Count(refused.Contains);
            var (outcome, description) = attempt switch
            {
                DeliveryAttempt.Done or DeliveryAttempt.Asked when refusedNow == 0 => (AuditOutcome.Success, null),
                DeliveryAttempt.Done or DeliveryAttempt.Asked => (taken.Count > 0 ? AuditOutcome.MinorFailure : AuditOutcome.SeriousFailure, $"{refusedNow} instances were refused."),
                DeliveryAttempt.Overtaken => (AuditOutcome.Success, "Something more urgent is sent first; the rest follows."),
                DeliveryAttempt.Failed failed => (AuditOutcome.MinorFailure, failed.Reason),
                _ => (AuditOutcome.MinorFailure, "It was broken off."),
            };
            audit.Write(AuditMessages.Transferred(Transfer(delivery, patients, taken), AuditAction.Read, outcome, description, audit.Now)); // whether the target had them, only it knows
        }
    }

    private AuditTransfer Transfer(Delivery delivery, IReadOnlyCollection<string> patients, IEnumerable<string> classes) => new(
        AuditMessages.Own(calling.Value, isRequestor: true, AuditCode.Source),
        AuditMessages.Peer(target.AeTitle.Value, target.EndPoint is IPEndPoint ip ? ip.Address.ToString() : ((DnsEndPoint)target.EndPoint).Host, isRequestor: false, AuditCode.Destination),
        delivery.Study, patients, classes.CountBy(one => one).ToDictionary());

    private string? ClassOf(string name) => Read(name, file => Part10Header.Read(file).Meta.SopClass.Value);

    private string? PatientOf(string name, CancellationToken cancellation) => Read(
        name, file => ImageAttributes.Of(DataSetReader.Read(file, Part10Header.Read(file).Meta.TransferSyntax, DataSetLimits.Default, ImageAttributes.Wanted, cancellation)).PatientId);

    private string? Read(string name, Func<FileStream, string> read)
    {
        try
        {
            if (SpoolName.Parse(name) is not { } parsed)
                return null;
            using var file = File.OpenRead(spool.PathOf(parsed));
            return read(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Part10Exception or DataSetException)
        {
            return null; // the deliverer tells of it
        }
    }
}
