using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Storage;

/// <summary>
/// One association of a storage provider. As many operations are under way as the window allows (PS3.7 annex D.3.3.3): one is read at a
/// time, those that were read are worked on at once, and each is answered when it is done. Without a window an operation is answered
/// before the next message is read.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed class StorageDialogue(Association association, IStorageHandler handler, ICommitmentHandler? commitment)
{
    private readonly MessageExchange messages = new(association);
    private readonly SemaphoreSlim window = new(association.PerformedOperations);
    private readonly ConcurrentDictionary<StoreOperation, Task> underWay = [];
    private readonly ConcurrentDictionary<ushort, StoreOperation> unanswered = [];
    private CommitmentDialogue? commitments;
    private Exception? failure;

    public async Task ServeAsync(CancellationToken cancellation)
    {
        if (commitment is not null)
            commitments = new CommitmentDialogue(association, messages, commitment, cancellation);
        try
        {
            await ReceiveAsync(cancellation);
        }
        catch (Exception ended)
        {
            await EndCommitmentsAsync();
            await Task.WhenAll(underWay.Values); // an instance whose sender is gone is still made durable
            ExceptionDispatchInfo.Throw(failure ?? ended);
        }

        await association.ConfirmReleaseAsync(cancellation);
    }

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await window.WaitAsync(cancellation);
            if (await messages.ReceiveAsync(cancellation) is not { } message)
                break;
            if (message.Command is { CommandField: CommandField.StoreRequest, MessageId: { } id } && association.PerformedOperations > 1
                && StoreRequest.From(message.Command) is { } request && !unanswered.ContainsKey(id))
            {
                await BeginAsync(message, request, cancellation);
                continue;
            }

            if (commitments?.Takes(message.Command) == true)
                await commitments.ServeAsync(message);
            else if (await AnswerAsync(message, cancellation) is { } answer)
                await messages.SendAsync(message.Context, answer, cancellation);
            window.Release();
        }

        await EndCommitmentsAsync();
        await Task.WhenAll(underWay.Values); // data may be sent until the release is agreed to (PS3.8 section 9.2, state 8)
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    private Task EndCommitmentsAsync() => commitments?.EndAsync() ?? Task.CompletedTask;

    /// <summary>Begins an operation, and comes back when its data set was read.</summary>
    private async Task BeginAsync(IncomingMessage message, StoreRequest request, CancellationToken cancellation)
    {
        var operation = new StoreOperation(messages, association, message.Context, request);
        association.BeginAnswer();
        var begun = new TaskCompletionSource();
        var working = Task.Run(
            async () =>
            {
                await begun.Task;
                await PerformAsync(operation, cancellation);
            },
            CancellationToken.None);
        unanswered[request.MessageId] = operation;
        underWay[operation] = working;
        begun.SetResult();
        await Task.WhenAny(working, operation.Read);
    }

    private async Task PerformAsync(StoreOperation operation, CancellationToken cancellation)
    {
        try
        {
            var answer = await StoreAsync(operation, cancellation);
            unanswered.TryRemove(operation.Request.MessageId, out _); // the peer may use the id again as soon as it is answered
            await messages.SendAsync(operation.Context, answer, cancellation);
        }
        catch (Exception ended)
        {
            Interlocked.CompareExchange(ref failure, ended, null);
            await association.AbortAsync();
        }
        finally
        {
            association.EndAnswer();
            underWay.TryRemove(operation, out _);
            window.Release();
        }
    }

    private async Task<CommandSet> StoreAsync(StoreOperation operation, CancellationToken cancellation)
    {
        var request = operation.Request;
        var outcome = await handler.StoreAsync(operation, cancellation);
        await operation.DrainAsync(cancellation);
        return new StoreResponse(request.MessageId, request.SopClass, request.SopInstance, outcome.Status, outcome.ErrorComment).ToCommand();
    }

    private async Task<CommandSet?> AnswerAsync(IncomingMessage message, CancellationToken cancellation)
    {
        var command = message.Command;
        if (command.CommandField == CommandField.CancelRequest) // nothing that could be cancelled is ever open
            return null;
        if (command is { MessageId: null } or { CommandField: null or >= CommandField.ResponseBit })
        {
            var violation = new ProtocolViolationException(AbortReason.InvalidPduParameter, "A message came that is not a request.");
            await association.AbortAsync(violation);
            throw violation;
        }

        var id = command.MessageId.Value;
        var isStore = command.CommandField == CommandField.StoreRequest;
        if (isStore && StoreRequest.From(command) is { } request && !unanswered.ContainsKey(id))
            return await StoreAsync(new StoreOperation(messages, association, message.Context, request), cancellation);
        await messages.DrainAsync(cancellation);
        if (command.CommandField == CommandField.EchoRequest)
            return new EchoResponse(id, DimseStatus.Success).ToCommand();
        if (!isStore)
            return Refusal(command, DimseStatus.UnrecognizedOperation);
        return unanswered.ContainsKey(id)
            ? Refusal(command, DimseStatus.DuplicateInvocation)
            : new StoreResponse(
                id, command.AffectedSopClassUid, command.AffectedSopInstanceUid, DimseStatus.CannotUnderstand,
                "The request names no SOP class or instance, or has no data set").ToCommand();
    }

    private static CommandSet Refusal(CommandSet command, DimseStatus status) => new()
    {
        CommandField = (ushort)(command.CommandField!.Value | CommandField.ResponseBit),
        MessageIdBeingRespondedTo = command.MessageId,
        HasDataSet = false,
        Status = status,
    };
}
