using Gateway.Dicom.Dimse;
using Gateway.Dicom.UpperLayer;

namespace Gateway.Dicom.Storage;

/// <summary>A C-STORE that a provider is asked for (PS3.7 section 9.1.1), while its data set is still arriving.</summary>
public sealed class StoreOperation
{
    private readonly MessageExchange messages;

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

    /// <summary>The next bytes of the data set, valid until the next call; empty at its end. What a handler leaves is read past.</summary>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation) => messages.ReadDataSetAsync(cancellation);
}
