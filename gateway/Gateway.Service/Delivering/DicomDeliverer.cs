using System.Collections.Concurrent;
using Gateway.Dicom.Coercion;
using Gateway.Dicom.Conversion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;

namespace Gateway.Service.Delivering;

/// <summary>
/// Delivers by C-STORE (PS3.4 annex B): one association for a delivery, each instance byte for byte as it lies in the spool where the target
/// takes it so, else in another transfer syntax without loss; each answer recorded. Where target and configuration agree to an operations window, several are under way at once. An instance that the target will never take is a
/// dead letter and keeps the others from nothing; so is one whose bytes are not those that were received any more.
/// </summary>
internal sealed class DicomDeliverer(DicomTarget target, AeTitle calling, Spool spool, Ledger ledger, IdTables tables, TimeProvider time) : IDeliverer
{
    // Each class is proposed in its own syntaxes, and in two that everything uncompressed can be brought into.
    private const int MostClasses = StorageProposal.MostPairs / 3;

    // After so many that it cannot take now, one behind the other, it is the target that cannot, and not the images.
    private const int MostNotNow = 3;

    // What the target has broken off on, or does not take now, comes last the next time: it keeps no other image back.
    private readonly ConcurrentDictionary<string, byte> stumbled = [];

    /// <summary>What a target is offered beside an object's own transfer syntax, where the object can be brought into it without loss.</summary>
    public static IReadOnlyList<TransferSyntax> Fallbacks { get; } = [TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ImplicitVrLittleEndian];

    public string Target => target.Id;

    public async Task<DeliveryAttempt> DeliverAsync(Delivery delivery, Func<bool> isOvertaken, CancellationToken cancellation)
    {
        var sendable = new List<(string Name, string Path, FileMetaInformation Meta)>();
        foreach (var name in delivery.Names)
        {
            if (Read(name) is { } found)
                sendable.Add((name, found.Path, found.Meta));
            else
                ledger.Record(new LedgerEvent.Refused(delivery.Id, name, null, "the object is not in the spool any more, or is damaged"));
        }

        DeliveryAttempt.Failed? failed = null;
        foreach (var some in InAssociations([.. sendable.OrderBy(one => stumbled.ContainsKey(one.Name))]))
        {
            try
            {
                switch (await SendAsync(delivery, some, isOvertaken, cancellation))
                {
                    case DeliveryAttempt.Failed one:
                        failed ??= one;
                        break;
                    case { } early:
                        return early;
                }
            }
            catch (AssociationException failure)
            {
                return new DeliveryAttempt.Failed(failure.Message);
            }
            catch (IdTableException failure)
            {
                return new DeliveryAttempt.Failed(failure.Message);
            }
            catch (IOException failure)
            {
                return new DeliveryAttempt.Failed($"the spool cannot be read: {failure.Message}");
            }
        }

        return failed is null ? new DeliveryAttempt.Done() : failed;
    }

    // An association has room for a limited number of pairs of SOP class and transfer syntax.
    private static IEnumerable<IReadOnlyList<(string Name, string Path, FileMetaInformation Meta)>> InAssociations(
        IReadOnlyList<(string Name, string Path, FileMetaInformation Meta)> sendable) =>
        sendable.GroupBy(one => (one.Meta.SopClass, one.Meta.TransferSyntax)).Chunk(MostClasses)
            .Select(pairs => pairs.SelectMany(pair => pair).ToList());

    private async Task<DeliveryAttempt?> SendAsync(
        Delivery delivery, IReadOnlyList<(string Name, string Path, FileMetaInformation Meta)> some, Func<bool> isOvertaken, CancellationToken cancellation)
    {
        var coercion = target.Ids?.ToCoercion(calling.Value, time.GetUtcNow(), tables);
        await using var client = await StorageClient.ConnectAsync(
            target.Call(calling), StorageProposal.For(some.SelectMany(one => Proposed(one.Meta))), cancellation, time);
        var underWay = new List<Task<DeliveryAttempt.Failed?>>();
        DeliveryAttempt.Failed? failed = null;
        var (notNow, overtaken) = (0, false);
        try
        {
            foreach (var (name, path, meta) in some)
            {
                if (underWay.Count == client.MaximumOperations)
                    await AnsweredAsync();
                overtaken = isOvertaken();
                if (overtaken || notNow == MostNotNow)
                    break;
                if (IsWhole(name, path))
                    underWay.Add(StoreAsync(client, delivery, name, path, meta, coercion, cancellation));
                else
                    ledger.Record(new LedgerEvent.Refused(delivery.Id, name, null, "the object is damaged: its bytes are not those that were received"));
            }

            while (underWay.Count > 0)
                await AnsweredAsync();
        }
        finally
        {
            await ((Task)Task.WhenAll(underWay)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what ended one has ended all
        }

        await ReleaseAsync(client, cancellation);
        return failed is null && overtaken ? new DeliveryAttempt.Overtaken() : failed;

        async Task AnsweredAsync()
        {
            var answered = await Task.WhenAny(underWay);
            underWay.Remove(answered);
            var one = await answered;
            failed ??= one;
            notNow = one is null ? 0 : notNow + 1;
        }
    }

    private async Task<DeliveryAttempt.Failed?> StoreAsync(
        StorageClient client, Delivery delivery, string name, string path, FileMetaInformation meta, InstanceCoercion? coercion, CancellationToken cancellation)
    {
        if (SyntaxFor(client, meta) is not { } syntax)
        {
            ledger.Record(new LedgerEvent.Refused(
                delivery.Id, name, null, $"the target takes SOP class {meta.SopClass} neither in transfer syntax {meta.TransferSyntax} nor in one that it can be brought into without loss"));
            return null;
        }

        try
        {
            await using var file = OutgoingCopy.Open(path, coercion, syntax, cancellation);
            var status = await client.StoreAsync(file, null, cancellation);
            switch (StoreVerdicts.Of(status))
            {
                case StoreVerdict.Stored:
                    stumbled.TryRemove(name, out _);
                    ledger.Record(new LedgerEvent.Stored(delivery.Id, name, $"{status.Code:X4}", target.Commitment is null ? null : "commitment"));
                    return null;
                case StoreVerdict.Never:
                    stumbled.TryRemove(name, out _);
                    ledger.Record(new LedgerEvent.Refused(delivery.Id, name, $"{status.Code:X4}", StoreVerdicts.Describe(status)));
                    return null;
                default:
                    stumbled[name] = 0;
                    return new DeliveryAttempt.Failed($"{status}: {StoreVerdicts.Describe(status)}");
            }
        }
        catch (AssociationException)
        {
            stumbled[name] = 0;
            throw;
        }
        catch (Exception failure) when (failure is CoercionException or ConversionException or DataSetException or Part10Exception)
        {
            ledger.Record(new LedgerEvent.Refused(delivery.Id, name, null, failure.Message));
            return null;
        }
    }

    private static IEnumerable<FileMetaInformation> Proposed(FileMetaInformation meta) =>
        [meta, .. Fallbacks.Where(syntax => SyntaxConversion.IsPossible(meta.TransferSyntax, syntax)).Select(syntax => meta with { TransferSyntax = syntax })];

    // As it is, where the target takes it so.
    private static TransferSyntax? SyntaxFor(StorageClient client, FileMetaInformation meta) =>
        Proposed(meta).Select(proposed => (TransferSyntax?)proposed.TransferSyntax)
            .FirstOrDefault(syntax => client.Contexts.Any(context => context.AbstractSyntax == meta.SopClass && context.TransferSyntax == syntax));

    // Every answer is recorded by now: a target that closes the connection instead of confirming the release takes nothing back.
    private static async Task ReleaseAsync(StorageClient client, CancellationToken cancellation)
    {
        try
        {
            await client.ReleaseAsync(cancellation);
        }
        catch (AssociationException)
        {
            // The client closes its side.
        }
    }

    private static bool IsWhole(string name, string path)
    {
        try
        {
            return StoredObject.Read(path).Name == SpoolName.Parse(name);
        }
        catch (Part10Exception)
        {
            return false;
        }
    }

    private (string Path, FileMetaInformation Meta)? Read(string name)
    {
        if (SpoolName.Parse(name) is not { } parsed)
            return null;
        var path = spool.PathOf(parsed);
        try
        {
            using var file = File.OpenRead(path);
            return (path, Part10Header.Read(file).Meta);
        }
        catch (Exception failure) when (failure is FileNotFoundException or Part10Exception)
        {
            return null;
        }
    }
}
