using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Storage;

/// <summary>A C-STORE that a provider is asked for (PS3.7 section 9.1.1), while its data set is still arriving.</summary>
public sealed class StoreOperation
{
    private readonly MessageExchange messages;
    private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal StoreOperation(MessageExchange messages, Association association, PresentationContext context, StoreRequest request)
    {
        this.messages = messages;
        Association = association;
        Context = context;
        Request = request;
    }

    /// <summary>The association that it came on.</summary>
    public Association Association { get; }

    /// <summary>The presentation context, whose transfer syntax the data set is in.</summary>
    public PresentationContext Context { get; }

    /// <summary>The request.</summary>
    public StoreRequest Request { get; }

    /// <summary>Ends when the data set is read to its end and its last bytes are no longer in use.</summary>
    internal Task Read => read.Task;

    /// <summary>The next bytes of the data set, valid until the next call; empty at its end. What a handler leaves is read past.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        if (read.Task.IsCompleted)
            return ReadOnlyMemory<byte>.Empty; // what arrives now may be the next instance
        var bytes = await messages.ReadDataSetAsync(cancellation);
        if (bytes.IsEmpty)
            read.TrySetResult();
        return bytes;
    }

    internal async ValueTask DrainAsync(CancellationToken cancellation)
    {
        while (!(await ReadAsync(cancellation)).IsEmpty)
        {
        }
    }
}
