using System.Diagnostics;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Storage;
using Gateway.Service.Auditing;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Metering;
using Gateway.Service.Spooling;

namespace Gateway.Service.Receiving;

/// <summary>
/// Receives the instances of one association into the spool, several at once where it has an operations window; see <see cref="Spool"/> for what is promised when. Each
/// failure of an instance is a status (PS3.4 table B.2-1), after which the association goes on.
/// </summary>
internal sealed partial class InstanceReceiver(
    int association, Spool spool, SpoolIntake intake, DiskRoom room, ServiceCounts counts, ServiceCondition condition, AuditedAssociation audited,
    GatewayMeter meter, long maximumObjectBytes, ILogger log)
    : IStorageHandler
{
    // C-STORE has no code for it: one of "cannot understand", that no other reason here uses (PS3.4 table B.2-1).
    private static readonly DimseStatus OtherPixels = new(0xC001);

    private int acknowledged;
    private int refused;

    /// <summary>How many instances of the association were acknowledged.</summary>
    public int Acknowledged => Volatile.Read(ref acknowledged);

    /// <summary>How many were refused.</summary>
    public int Refused => Volatile.Read(ref refused);

    public async Task<StoreOutcome> StoreAsync(StoreOperation operation, CancellationToken cancellation)
    {
        var instance = SpoolName.HashOf(operation.Request.SopInstance);
        StoreOutcome outcome;
        var progress = new Progress();
        var began = Stopwatch.GetTimestamp();
        try
        {
            outcome = await ReceiveAsync(operation, progress, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (failure is DamagedObjectException)
                condition.Degrade();
            else
                Fails();
            LogSpoolFailed(failure, association, instance);
            outcome = new StoreOutcome(DimseStatus.OutOfResources, "The spool cannot take the object");
        }

        meter.Answered(Stopwatch.GetElapsedTime(began));
        audited.Ends(progress.Audited, operation.Request.SopClass.Value, outcome.Status.IsSuccess, progress.IsNew);
        if (outcome.Status.IsSuccess)
        {
            Interlocked.Increment(ref acknowledged);
            return outcome;
        }

        Interlocked.Increment(ref refused);
        counts.AddRefused();
        LogRefused(association, instance, outcome.Status, outcome.ErrorComment);
        return outcome;
    }

    private async Task<StoreOutcome> ReceiveAsync(StoreOperation operation, Progress progress, CancellationToken cancellation)
    {
        var request = operation.Request;
        var meta = new FileMetaInformation(
            request.SopClass, request.SopInstance, operation.Context.TransferSyntax, operation.Association.CallingAeTitle, operation.Association.CalledAeTitle);
        if (!room.IsFor(operation.Association.CalledAeTitle))
            return new StoreOutcome(DimseStatus.OutOfResources, "The disk has no room but for emergencies");
        using var received = spool.Begin(meta);
        while (await operation.ReadAsync(cancellation) is { IsEmpty: false } bytes)
        {
            if (received.DataSetBytes + bytes.Length > maximumObjectBytes)
                return new StoreOutcome(DimseStatus.OutOfResources, $"The object is longer than {maximumObjectBytes} bytes");
            received.Append(bytes.Span);
        }

        var summary = received.Check(ImageAttributes.Wanted, cancellation);
        var image = ImageAttributes.Of(summary);
        if (summary.Problem is null)
            progress.Audited = audited.Begins(image);
        if (Judge(request, summary) is { } refusal)
            return refusal;
        var (what, name) = intake.Take(received, meta, image, cancellation);
        condition.SpoolTakesImages();
        progress.IsNew = what is Intake.New or Intake.NewVersion;
        return Answer(what, name, received);
    }

    private StoreOutcome Answer(Intake what, SpoolName name, IncomingObject received)
    {
        switch (what)
        {
            case Intake.OtherPixels:
                LogOtherPixels(association, received.Name.FileName, name);
                return new StoreOutcome(OtherPixels, "Another image with this SOP instance UID was received before");
            case Intake.Going:
                return new StoreOutcome(DimseStatus.OutOfResources, "The object was just being removed, and has to be sent again");
            case Intake.NewVersion:
                counts.AddNewVersion();
                LogNewVersion(association, name);
                break;
        }

        LogStored(association, name, what, received.DataSetBytes);
        return new StoreOutcome(DimseStatus.Success);
    }

    private void Fails()
    {
        condition.SpoolFails();
        spool.VolumeFailed();
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

    // How far an instance has come, when it fails too.
    private sealed class Progress
    {
        public AuditedAssociation.Received? Audited { get; set; }

        public bool IsNew { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Association {Association}: {Name} is stored, {What}, {Bytes} bytes")]
    private partial void LogStored(int association, SpoolName name, Intake what, long bytes);

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
        Message = "Association {Association}: an instance came again with other pixels. It is refused and lies in quarantine as {Name}; the spool has {Of}")]
    private partial void LogOtherPixels(int association, string name, SpoolName of);
}
