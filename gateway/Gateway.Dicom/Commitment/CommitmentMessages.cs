using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Commitment;

/// <summary>The messages of storage commitment with their data sets, on an association of either side.</summary>
internal sealed class CommitmentMessages(MessageExchange messages)
{
    /// <summary>The longest data set that is read, in bytes: some 200,000 instances.</summary>
    public const int MaximumLength = 32 * 1024 * 1024;

    public ValueTask AskAsync(PresentationContext context, ushort id, CommitmentRequest request, CancellationToken cancellation) => SendAsync(
        context, new ActionRequest(id, SopClasses.StorageCommitment, SopClasses.StorageCommitmentInstance, CommitmentRequest.ActionType).ToCommand(), request.ToDataSet(),
        cancellation);

    public ValueTask ReportAsync(PresentationContext context, ushort id, CommitmentReport report, CancellationToken cancellation) => SendAsync(
        context, new EventReportRequest(id, SopClasses.StorageCommitment, SopClasses.StorageCommitmentInstance, report.EventType).ToCommand(), report.ToDataSet(), cancellation);

    /// <summary>Reads an N-ACTION; a status where it is none that can be answered otherwise.</summary>
    public async Task<(CommitmentRequest? Request, DimseStatus Status)> ReadRequestAsync(IncomingMessage message, CancellationToken cancellation)
    {
        var (set, status) = await ReadAsync(message, cancellation);
        if (ActionRequest.From(message.Command) is not { } action)
            return (null, DimseStatus.InvalidArgumentValue);
        if (Judge(action.SopClass == SopClasses.StorageCommitment, action.SopInstance == SopClasses.StorageCommitmentInstance) is { } unknown)
            return (null, unknown);
        if (action.ActionType != CommitmentRequest.ActionType)
            return (null, DimseStatus.NoSuchActionType);
        return set is null ? (null, status) : CommitmentRequest.From(set) is { } request ? (request, status) : (null, DimseStatus.InvalidArgumentValue);
    }

    /// <summary>Reads an N-EVENT-REPORT; a status where it is none that can be answered otherwise.</summary>
    public async Task<(CommitmentReport? Report, DimseStatus Status)> ReadReportAsync(IncomingMessage message, CancellationToken cancellation)
    {
        var (set, status) = await ReadAsync(message, cancellation);
        if (EventReportRequest.From(message.Command) is not { } happened)
            return (null, DimseStatus.InvalidArgumentValue);
        if (Judge(happened.SopClass == SopClasses.StorageCommitment, happened.SopInstance == SopClasses.StorageCommitmentInstance) is { } unknown)
            return (null, unknown);
        if (!CommitmentReport.IsEventType(happened.EventType))
            return (null, DimseStatus.NoSuchEventType);
        return set is null ? (null, status) : CommitmentReport.From(set) is { } report ? (report, status) : (null, DimseStatus.InvalidArgumentValue);
    }

    private static DimseStatus? Judge(bool isClass, bool isInstance) =>
        !isClass ? DimseStatus.NoSuchSopClass : !isInstance ? DimseStatus.NoSuchSopInstance : null;

    private async ValueTask SendAsync(PresentationContext context, CommandSet command, DataSet set, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        set.WriteTo(bytes, context.TransferSyntax, GroupLengths.Drop, cancellation);
        bytes.Position = 0;
        await messages.SendAsync(context, command, bytes, progress: null, cancellation);
    }

    private async Task<(DataSet? Set, DimseStatus Status)> ReadAsync(IncomingMessage message, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        while (await messages.ReadDataSetAsync(cancellation) is { IsEmpty: false } fragment)
        {
            if (bytes.Length + fragment.Length > MaximumLength)
            {
                await messages.DrainAsync(cancellation);
                return (null, DimseStatus.ResourceLimitation);
            }

            bytes.Write(fragment.Span);
        }

        try
        {
            bytes.Position = 0;
            return (DataSetReader.Load(bytes, message.Context.TransferSyntax, DataSetLimits.Default, cancellation), DimseStatus.Success);
        }
        catch (DataSetException)
        {
            return (null, DimseStatus.ProcessingFailure);
        }
    }
}
