using Gateway.Dicom.Part10;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Receiving;

namespace Gateway.Service.Spooling;

/// <summary>
/// Brings the ledger to what the spool holds, before the first peer is let in: an object that the ledger does not have was put into place
/// right before the last run ended; it is read whole, held against its name, and taken in as if it had just been received: also one that the
/// ledger has removed, where it is younger than that, for then it came again. An object that
/// is damaged or gone is reported and degrades the service; nothing is removed.
/// </summary>
/// <param name="spool">The spool.</param>
/// <param name="recorded">The names that the ledger has.</param>
/// <param name="known">Told every instance of the spool.</param>
/// <param name="arrivals">Takes in what the ledger lacks.</param>
/// <param name="condition">Degraded by what is not sound.</param>
/// <param name="log">Told the same.</param>
internal sealed partial class Reconciliation(
    Spool spool, RecordedNames recorded, KnownInstances known, Arrivals arrivals, ServiceCondition condition, ILogger<Reconciliation> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(() => Reconcile(cancellationToken), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Reconcile(CancellationToken cancellation)
    {
        var (added, total) = (0, 0);
        var (names, removed) = recorded.Take();
        foreach (var name in Spool.Subfolders().SelectMany(spool.Names))
        {
            cancellation.ThrowIfCancellationRequested();
            if (removed.TryGetValue(name, out var at) && File.GetLastWriteTimeUtc(spool.PathOf(name)) <= at)
            {
                spool.Remove(name); // the ledger says so; the last run did not come to it
                continue;
            }

            total++;
            known.Add(name);
            if (!names.Remove(name) && Add(name))
                added++;
        }

        foreach (var gone in names)
            Report(gone.ToString(), "the ledger has it and the spool does not");
        LogReconciled(total, added);
    }

    private bool Add(SpoolName name)
    {
        try
        {
            var stored = StoredObject.Read(spool.PathOf(name));
            if (stored.Name != name)
            {
                Report(name.ToString(), "its bytes are not those that its name was made from");
                return false;
            }

            arrivals.Take(name, stored.Meta, ImageAttributes.Of(stored.Summary), stored.DataSetBytes);
            return true;
        }
        catch (Exception failure) when (failure is Part10Exception or IOException or UnauthorizedAccessException)
        {
            Report(name.ToString(), failure.Message);
            return false;
        }
    }

    private void Report(string name, string reason)
    {
        condition.Degrade();
        LogUnsound(name, reason);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The ledger agrees with the spool: {Total} objects, of which {Added} were added to it")]
    private partial void LogReconciled(int total, int added);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stored object {Name} is not sound: {Reason}")]
    private partial void LogUnsound(string name, string reason);
}
