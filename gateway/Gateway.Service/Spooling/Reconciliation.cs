using Gateway.Dicom.Part10;
using Gateway.Service.Health;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Spooling;

/// <summary>
/// Brings the ledger to what the spool holds, before the first peer is let in: objects that the ledger does not have are read whole,
/// held against their name, and added. An object that is damaged or gone is reported and degrades the service; nothing is removed.
/// </summary>
internal sealed partial class Reconciliation(Spool spool, Ledger ledger, ServiceCondition condition, ILogger<Reconciliation> log)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(() => Reconcile(cancellationToken), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Reconcile(CancellationToken cancellation)
    {
        var (added, total) = (0, 0);
        foreach (var subfolder in Spool.Subfolders())
        {
            var known = ledger.Names(subfolder);
            foreach (var name in spool.Names(subfolder))
            {
                cancellation.ThrowIfCancellationRequested();
                total++;
                if (!known.Remove(name.ToString()) && Add(name))
                    added++;
            }

            foreach (var gone in known)
                Report(gone, "the ledger has it and the spool does not");
        }

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

            ledger.Add(new LedgerRow(
                name.ToString(), name.InstanceHash, stored.Meta.SopClass.Value, stored.Meta.SopInstance.Value,
                stored.Summary.StudyInstanceUid?.Value, stored.Summary.SeriesInstanceUid?.Value, stored.Meta.TransferSyntax.Uid.Value,
                stored.DataSetSha256, stored.DataSetBytes, stored.Meta.SourceAeTitle?.Value, stored.WrittenAt));
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
