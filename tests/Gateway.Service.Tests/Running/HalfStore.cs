using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>A C-STORE that has begun and does not go on.</summary>
public sealed class HalfStore : IAsyncDisposable
{
    private readonly Association association;

    private HalfStore(Association association) => this.association = association;

    public static async Task<HalfStore> BeginAsync(GatewayProcess gateway)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var phantom = new CtPhantom(1);
        var association = await AssociationRequestor.RequestAsync(
            gateway.Caller, StorageProposal.For([phantom.Meta]), TimeProvider.System, cancellation);
        var request = new StoreRequest(1, phantom.Meta.SopClass, phantom.SopInstanceUid);
        await new MessageExchange(association).SendAsync(association.Contexts[3], request.ToCommand(), cancellation);
        var fragment = association.NewFragment();
        phantom.ToDataSet().AsSpan(0, 4096).CopyTo(fragment.Bytes.Span);
        await association.SendAsync(fragment, 3, isCommand: false, isLast: false, 4096, cancellation);
        return new HalfStore(association);
    }

    /// <summary>Waits for what the gateway does next, which can only be the end.</summary>
    public async Task<AssociationException> EndAsync() =>
        await Assert.ThrowsAnyAsync<AssociationException>(async () =>
            await association.ReceiveAsync(TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => association.DisposeAsync();
}
