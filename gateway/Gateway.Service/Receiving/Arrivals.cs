using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;

namespace Gateway.Service.Receiving;

/// <summary>Takes in an instance that is durable in the spool: decides where it goes, and says so in the ledger.</summary>
internal sealed class Arrivals(Ledger ledger, Routes routes, KnownInstances known, RecentHeaders headers, TimeProvider time)
{
    private readonly Lock again = new();

    /// <summary>Takes one in.</summary>
    /// <param name="name">Its name in the spool.</param>
    /// <param name="meta">What stands before its data set; it names who sent it, and to whom.</param>
    /// <param name="image">What stands in its header.</param>
    /// <param name="bytes">The length of its data set.</param>
    public void Take(SpoolName name, FileMetaInformation meta, ImageAttributes image, long bytes)
    {
        known.Add(name);
        headers.Keep(name, new InstanceHeader(meta.SopInstance.Value, meta.SopClass.Value, meta.TransferSyntax.Uid.Value, image));
        ledger.Record(new LedgerEvent.Received(name.ToString(), image.Study, image.Series, Text(meta.SourceAeTitle), Text(meta.ReceivingAeTitle), bytes, For(meta, image)));
    }

    /// <summary>One that the spool has came again, perhaps for somebody else: it goes where it was never to go before, and nowhere twice.</summary>
    /// <param name="name">Its name in the spool.</param>
    /// <param name="meta">What stood before its data set this time.</param>
    /// <param name="image">What stands in its header.</param>
    public void TakeAgain(SpoolName name, FileMetaInformation meta, ImageAttributes image)
    {
        var all = For(meta, image);
        lock (again)
        {
            if (ledger.Ask(book => book.StillWanted(name.ToString(), all)) is { Count: > 0 } to)
                ledger.Record(new LedgerEvent.CameAgain(name.ToString(), image.Study, image.Series, Text(meta.SourceAeTitle), Text(meta.ReceivingAeTitle), to));
        }
    }

    private IReadOnlyList<Destination> For(FileMetaInformation meta, ImageAttributes image) =>
        routes.For(image, meta.SourceAeTitle, meta.ReceivingAeTitle, TimeOnly.FromDateTime(time.GetLocalNow().DateTime));

    /// <summary>An instance with other pixels than the one of its UID was laid aside.</summary>
    /// <param name="name">Its name in the quarantine.</param>
    /// <param name="of">The instance that it contradicts.</param>
    /// <param name="calling">Who sent it.</param>
    public void Quarantine(string name, SpoolName of, AeTitle? calling) => ledger.Record(new LedgerEvent.Quarantined(name, of.ToString(), Text(calling)));

    private static string? Text(AeTitle? title) => title?.Value;
}
