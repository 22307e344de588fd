using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Storage;
using Gateway.Service.Health;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Microsoft.Data.Sqlite;

namespace Gateway.Service.Receiving;

/// <summary>
/// Receives one instance after the other of one association into the spool; see <see cref="Spool"/> for what is promised when. Each
/// failure of an instance is a status (PS3.4 table B.2-1), after which the association goes on.
/// </summary>
internal sealed partial class InstanceReceiver(
    int association, Spool spool, Ledger ledger, ServiceCounts counts, ServiceCondition condition, long maximumObjectBytes,
    TimeProvider time,
    ILogger log) : IStorageHandler
{
    /// <summary>How many instances of the association were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>How many were refused.</summary>
    public int Refused { get; private set; }

    public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
    {
        var instance = SpoolName.HashOf(operation.Request.SopInstance);
        StoreOutcome outcome;
        try
        {
            outcome = await ReceiveAsync(operation, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (failure is DamagedObjectException)
                condition.Degrade();
            LogSpoolFailed(failure, association, instance);
            outcome = new StoreOutcome(DimseStatus.OutOfResources, "The spool cannot take the object");
        }

        if (outcome.Status.IsSuccess)
        {
            Acknowledged++;
            return outcome;
        }

        Refused++;
        counts.AddRefused();
        LogRefused(association, instance, outcome.Status, outcome.ErrorComment);
        return outcome;
    }

    private async Task<StoreOutcome> ReceiveAsync(StoreOperation operation, CancellationToken cancellation)
    {
        var request = operation.Request;
        var meta = new FileMetaInformation(
            request.SopClass, request.SopInstance, operation.Context.TransferSyntax, operation.Association.CallingAeTitle);
        using var received = spool.Begin(meta);
        while (await operation.ReadAsync(cancellation) is { IsEmpty: false } bytes)
        {
            if (received.DataSetBytes + bytes.Length > maximumObjectBytes)
                return new StoreOutcome(DimseStatus.OutOfResources, $"The object is longer than {maximumObjectBytes} bytes");
            received.Append(bytes.Span);
        }

        var summary = received.Check(cancellation);
        if (Judge(request, summary) is { } refusal)
            return refusal;
        received.Flush();
        var placement = spool.Place(received);
        Record(placement, received, meta, summary);
        return new StoreOutcome(DimseStatus.Success);
    }

    private static StoreOutcome? Judge(StoreRequest request, DataSetSummary summary)
    {
        if (summary.Problem is { } problem)
            return new StoreOutcome(DimseStatus.CannotUnderstand, problem.ToString());
        if (summary.IsOpaque)
            return null;
        if (summary.SopInstanceUid != request.SopInstance)
            return new StoreOutcome(DimseStatus.DataSetDoesNotMatch, "(0008,0018) is not the SOP instance UID of the command");
        if (summary.SopClassUid != request.SopClass)
            return new StoreOutcome(DimseStatus.DataSetDoesNotMatch, "(0008,0016) is not the SOP class UID of the command");
        return null;
    }

    /// <summary>The object is durable; from here on nothing may refuse it. A ledger that fails is made good by the next start.</summary>
    private void Record(Placement placement, IncomingObject received, FileMetaInformation meta, DataSetSummary summary)
    {
        var name = received.Name;
        try
        {
            var isFurtherVersion = ledger.Add(new LedgerRow(
                name.ToString(), name.InstanceHash, meta.SopClass.Value, meta.SopInstance.Value,
                summary.StudyInstanceUid?.Value, summary.SeriesInstanceUid?.Value, meta.TransferSyntax.Uid.Value,
                received.DataSetSha256, received.DataSetBytes, meta.SourceAeTitle?.Value, time.GetUtcNow()));
            if (placement == Placement.New && isFurtherVersion)
            {
                counts.AddNewVersion();
                LogNewVersion(association, name);
            }
        }
        catch (SqliteException failure)
        {
            condition.Degrade();
            LogLedgerFailed(failure, association, name);
        }

        if (placement == Placement.New)
            counts.AddReceived();
        else
            counts.AddDuplicate();
        LogStored(association, name, placement, received.DataSetBytes);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Association {Association}: {Name} is stored, {Placement}, {Bytes} bytes")]
    private partial void LogStored(int association, SpoolName name, Placement placement, long bytes);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Association {Association}: {Name} is a new version of an instance that is kept beside the old")]
    private partial void LogNewVersion(int association, SpoolName name);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Association {Association}: the instance {Instance} is refused with {Status}: {Reason}")]
    private partial void LogRefused(int association, string instance, DimseStatus status, string? reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Association {Association}: the spool failed while it took the instance {Instance}")]
    private partial void LogSpoolFailed(Exception failure, int association, string instance);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Association {Association}: {Name} is durable, but the ledger cannot be written; the next start adds it")]
    private partial void LogLedgerFailed(Exception failure, int association, SpoolName name);
}
