using Gateway.Dicom.Part10;
using Gateway.Dicom.Phantoms;
using Gateway.Service.Configuration;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Spooling;

namespace Gateway.Service.Partnering;

/// <summary>
/// Sends a synthetic image to a partner, on the way that every image takes, so that it can be seen each day whether the line works
/// (DIN 6868-159, function check). The image belongs to no patient and says so; the ledger holds how long each hop took.
/// </summary>
internal sealed class FunctionCheck(ServiceSettings settings, Spool spool, Arrivals arrivals, Ledger ledger, TimeProvider time)
{
    /// <summary>Sends one.</summary>
    /// <param name="partner">The partner's id.</param>
    /// <returns>Its study instance UID; null where there is no such partner.</returns>
    /// <exception cref="IOException">The spool fails.</exception>
    public async Task<string?> SendAsync(string partner)
    {
        if (settings.Targets.Partners.FirstOrDefault(one => one.Id == partner) is not { } target)
            return null;
        var phantom = new CtPhantom(time.GetUtcNow().UtcTicks);
        var meta = phantom.Meta with { SourceAeTitle = settings.AeTitle, ReceivingAeTitle = target.AeTitle };
        var name = Place(phantom, meta);
        ledger.Record(new LedgerEvent.Checked(partner, phantom.StudyInstanceUid.Value));
        ledger.Record(new LedgerEvent.Queued(partner, Priority.Normal, DeliveryKind.Part, phantom.StudyInstanceUid.Value, [name.ToString()]));
        await ledger.FlushAsync();
        return phantom.StudyInstanceUid.Value;
    }

    private SpoolName Place(CtPhantom phantom, FileMetaInformation meta)
    {
        using var received = spool.Begin(meta);
        received.Append(phantom.ToDataSet());
        var image = ImageAttributes.Of(received.Check(ImageAttributes.Wanted, CancellationToken.None));
        received.Settle();
        var name = received.Name;
        spool.Place(received);
        arrivals.Take(name, meta, image, received.DataSetBytes);
        return name;
    }
}
