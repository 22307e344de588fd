using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Commitment;

/// <summary>
/// Storage commitment on an association that a peer opened: requests are answered, then reported on while the association is open; reports
/// of providers are taken. A report that is not answered when the association ends is left to the handler.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "EndAsync ends it, once.")]
internal sealed class CommitmentDialogue(Association association, MessageExchange messages, ICommitmentHandler handler, CancellationToken cancellation)
{
    private readonly CommitmentMessages commitments = new(messages);
    private readonly CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private readonly ConcurrentDictionary<ushort, CommitmentReport> unanswered = [];
    private readonly List<Task> reporting = [];
    private ushort lastId;

    /// <summary>Whether a message is for this dialogue.</summary>
    public bool Takes(CommandSet command) => command switch
    {
        { CommandField: CommandField.ActionRequest or CommandField.EventReportRequest, MessageId: not null } => true,
        { CommandField: CommandField.EventReportResponse, MessageIdBeingRespondedTo: { } id, Status: not null } => unanswered.ContainsKey(id),
        _ => false,
    };

    /// <summary>Serves a message that <see cref="Takes"/>.</summary>
    public Task ServeAsync(IncomingMessage message) => message.Command.CommandField switch
    {
        CommandField.ActionRequest => AskedAsync(message),
        CommandField.EventReportRequest => ToldAsync(message),
        _ => AnsweredAsync(message.Command),
    };

    /// <summary>The association ends: what is not reported by now is not reported on it.</summary>
    public async Task EndAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(reporting);
        ending.Dispose();
    }

    private async Task AskedAsync(IncomingMessage message)
    {
        var (request, status) = await commitments.ReadRequestAsync(message, cancellation);
        if (request is not null)
            status = await handler.AskAsync(association, request, cancellation);
        await messages.SendAsync(message.Context, new ActionResponse(message.Command, status).ToCommand(), cancellation);
        if (request is not null && status.IsSuccess)
            reporting.Add(ReportAsync(message.Context, request));
    }

    private async Task ReportAsync(PresentationContext context, CommitmentRequest request)
    {
        association.BeginAnswer();
        try
        {
            var report = await Task.Run(() => handler.ReportAsync(request, ending.Token), CancellationToken.None);
            ending.Token.ThrowIfCancellationRequested();
            var id = NextId();
            unanswered[id] = report;
            await commitments.ReportAsync(context, id, report, cancellation);
        }
        catch (Exception ended) when (ended is OperationCanceledException or AssociationException)
        {
            // the handler tells it on another association
        }
        finally
        {
            association.EndAnswer();
        }
    }

    private async Task ToldAsync(IncomingMessage message)
    {
        var (report, status) = await commitments.ReadReportAsync(message, cancellation);
        if (report is not null)
            status = await handler.TakeAsync(association, report, cancellation);
        await messages.SendAsync(message.Context, new EventReportResponse(message.Command, status).ToCommand(), cancellation);
    }

    private async Task AnsweredAsync(CommandSet answer)
    {
        if (unanswered.TryRemove(answer.MessageIdBeingRespondedTo!.Value, out var report))
            await handler.ToldAsync(report, answer.Status!.Value);
    }

    private ushort NextId()
    {
        lock (unanswered)
            return ++lastId;
    }
}
