using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Storage;

/// <summary>
/// The operations of a storage user that are not answered yet, by message id (PS3.7 section 8.4). While there is one, a single flow
/// receives for all; what ends the association ends them all.
/// </summary>
internal sealed class Outstanding(Association association, MessageExchange messages)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, (ushort Expected, TaskCompletionSource<DimseStatus> Answer)> operations = [];
    private bool isReceiving;
    private ushort lastId;

    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return operations.Count == 0;
        }
    }

    /// <summary>A further operation, to be sent with the id.</summary>
    /// <param name="expected">The command field of its answer.</param>
    public (ushort Id, Task<DimseStatus> Answer) Add(ushort expected)
    {
        var answer = new TaskCompletionSource<DimseStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool begins;
        ushort id;
        lock (gate)
        {
            do
                id = ++lastId;
            while (operations.ContainsKey(id));
            operations.Add(id, (expected, answer));
            begins = !isReceiving;
            isReceiving = true;
        }

        if (begins)
            _ = ReceiveAsync();
        return (id, answer.Task);
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await messages.ReceiveAsync(CancellationToken.None) is { } message)
            {
                if (!await SettleAsync(message.Command))
                    return;
            }

            Fail(new AssociationLostException("The peer released the association instead of answering."));
            await association.ConfirmReleaseAsync(CancellationToken.None);
        }
        catch (Exception ended)
        {
            Fail(ended);
        }
    }

    /// <summary>Ends the operation that is answered; false where it was the last.</summary>
    private async ValueTask<bool> SettleAsync(CommandSet answer)
    {
        TaskCompletionSource<DimseStatus>? settled = null;
        var goesOn = true;
        lock (gate)
        {
            if (answer is { MessageIdBeingRespondedTo: { } id, Status: not null }
                && operations.TryGetValue(id, out var operation) && operation.Expected == answer.CommandField)
            {
                settled = operation.Answer;
                operations.Remove(id);
                goesOn = isReceiving = operations.Count > 0;
            }
        }

        if (settled is not null)
        {
            settled.SetResult(answer.Status!.Value);
            return goesOn;
        }

        var violation = new ProtocolViolationException(
            AbortReason.InvalidPduParameter,
            $"The peer answered message {answer.MessageIdBeingRespondedTo} with command {answer.CommandField:X4}, which is not outstanding.");
        await association.AbortAsync(violation);
        throw violation;
    }

    private void Fail(Exception ended)
    {
        List<TaskCompletionSource<DimseStatus>> failed;
        lock (gate)
        {
            failed = [.. operations.Values.Select(operation => operation.Answer)];
            operations.Clear();
            isReceiving = false;
        }

        foreach (var answer in failed)
        {
            answer.TrySetException(ended);
            _ = answer.Task.Exception; // whoever sent it may have failed itself and not ask any more
        }
    }
}
