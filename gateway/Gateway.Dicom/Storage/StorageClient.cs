using System.Diagnostics.CodeAnalysis;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.Storage;

/// <summary>
/// The user's side (SCU) of the storage and verification service classes (PS3.4 annexes A and B) on one association. Operations may be
/// asked for at once from several flows; as many are outstanding as was agreed (PS3.7 annex D.3.3.3), the others wait, and the answers
/// may come in any order. Data sets go out byte for byte as they stand in the file.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
public sealed class StorageClient : IAsyncDisposable
{
    private readonly Association association;
    private readonly MessageExchange messages;
    private readonly Outstanding outstanding;
    private readonly SemaphoreSlim window;

    private StorageClient(Association association)
    {
        this.association = association;
        messages = new MessageExchange(association);
        outstanding = new Outstanding(association, messages);
        window = new SemaphoreSlim(association.InvokedOperations);
    }

    /// <summary>How many operations can be outstanding: what was proposed and the peer agreed to, otherwise 1.</summary>
    public int MaximumOperations => association.InvokedOperations;

    /// <summary>The accepted presentation contexts.</summary>
    public IEnumerable<PresentationContext> Contexts => association.Contexts.Values;

    /// <summary>Connects to a peer and negotiates an association.</summary>
    /// <param name="options">Whom to call.</param>
    /// <param name="contexts">What to propose; see <see cref="StorageProposal.For"/>.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <param name="time">The clock of the timeouts; the system's where it is null.</param>
    /// <exception cref="AssociationRejectedException">The peer rejected the request.</exception>
    /// <exception cref="AssociationException">
    /// No connection came about, or the peer broke the protocol, was silent or went away.
    /// </exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns the association.")]
    public static async Task<StorageClient> ConnectAsync(
        RequestorOptions options, IReadOnlyList<ProposedContext> contexts, CancellationToken cancellation, TimeProvider? time = null) =>
        new(await AssociationRequestor.RequestAsync(options, contexts, time ?? TimeProvider.System, cancellation));

    /// <summary>A client on an association that this side requested; it belongs to the client.</summary>
    public static StorageClient On(Association association) => new(association);

    /// <summary>C-ECHO (PS3.7 section 9.1.5).</summary>
    /// <exception cref="ContextNotAcceptedException">The peer did not accept Verification.</exception>
    /// <exception cref="AssociationException">The association ended.</exception>
    public async Task<DimseStatus> EchoAsync(CancellationToken cancellation)
    {
        var context = association.Contexts.Values.FirstOrDefault(context => context.AbstractSyntax == SopClasses.Verification)
            ?? throw new ContextNotAcceptedException(SopClasses.Verification, TransferSyntax.ImplicitVrLittleEndian);
        return await InvokeAsync(
            CommandField.EchoResponse, id => messages.SendAsync(context, new EchoRequest(id).ToCommand(), cancellation), cancellation);
    }

    /// <summary>C-STORE (PS3.7 section 9.1.1) of a DICOM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told the number of bytes sent so far.</param>
    /// <param name="cancellation">Ends the sending and aborts the association.</param>
    /// <exception cref="Part10Exception">The file is no usable DICOM file; nothing was sent.</exception>
    /// <exception cref="ContextNotAcceptedException">The peer does not take it; nothing was sent.</exception>
    /// <exception cref="AssociationException">The association ended: whether the peer has the instance is not known.</exception>
    public async Task<DimseStatus> StoreAsync(string path, IProgress<long>? progress, CancellationToken cancellation)
    {
        await using var file =
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 4096, FileOptions.SequentialScan);
        return await StoreAsync(file, progress, cancellation);
    }

    /// <summary>C-STORE (PS3.7 section 9.1.1) of a DICOM file in a seekable stream, from its start.</summary>
    /// <param name="file">The file.</param>
    /// <param name="progress">Told the number of bytes sent so far.</param>
    /// <param name="cancellation">Ends the sending and aborts the association.</param>
    /// <exception cref="Part10Exception">The file is no usable DICOM file; nothing was sent.</exception>
    /// <exception cref="ContextNotAcceptedException">The peer does not take it; nothing was sent.</exception>
    /// <exception cref="AssociationException">The association ended: whether the peer has the instance is not known.</exception>
    public async Task<DimseStatus> StoreAsync(Stream file, IProgress<long>? progress, CancellationToken cancellation)
    {
        file.Position = 0;
        var meta = Part10Header.Read(file).Meta;
        var context = association.Contexts.Values.FirstOrDefault(
            context => context.AbstractSyntax == meta.SopClass && context.TransferSyntax == meta.TransferSyntax)
            ?? throw new ContextNotAcceptedException(meta.SopClass, meta.TransferSyntax);
        return await InvokeAsync(
            CommandField.StoreResponse,
            id => messages.SendAsync(
                context, new StoreRequest(id, meta.SopClass, meta.SopInstance).ToCommand(), file, progress, cancellation),
            cancellation);
    }

    /// <summary>Releases the association and closes the connection.</summary>
    /// <param name="cancellation">Ends the wait; the association must be aborted then.</param>
    /// <exception cref="AssociationException">The peer did not confirm the release.</exception>
    /// <exception cref="InvalidOperationException">An operation is outstanding.</exception>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (!outstanding.IsEmpty)
            throw new InvalidOperationException("The association cannot be released while an operation is outstanding.");
        await association.ReleaseAsync(cancellation);
    }

    /// <summary>Aborts the association and closes the connection.</summary>
    public async Task AbortAsync() => await association.AbortAsync();

    /// <summary>Aborts the association where it was not released.</summary>
    public ValueTask DisposeAsync() => association.DisposeAsync();

    private async Task<DimseStatus> InvokeAsync(ushort expected, Func<ushort, ValueTask> send, CancellationToken cancellation)
    {
        await window.WaitAsync(cancellation);
        try
        {
            var (id, answer) = outstanding.Add(expected);
            await send(id);
            return await answer.WaitAsync(cancellation);
        }
        catch (Exception failure) when (failure is not AssociationException)
        {
            await association.AbortAsync(); // the message may be cut off, or its answer would come later
            throw;
        }
        finally
        {
            window.Release();
        }
    }
}
