using Gateway.Dicom.Identifiers;
using Gateway.Dicom.UpperLayer.Pdus;

namespace Gateway.Dicom.UpperLayer;

/// <summary>
/// An open association: the P-DATA, A-RELEASE and A-ABORT services of PS3.8 section 7, for either side. One flow at a time uses it.
/// Every failure is an <see cref="AssociationException"/> and leaves the association closed; a violation by the peer has then been
/// answered with A-ABORT.
/// </summary>
public sealed class Association : IAsyncDisposable
{
    /// <summary>The longest P-DATA-TF body that is sent, in bytes, to a peer that takes more.</summary>
    public const int MaximumSentLength = 128 * 1024;

    private readonly PduConnection connection;
    private readonly AssociationTimeouts timeouts;
    private readonly byte[] sendBuffer;
    private ReadOnlyMemory<byte> unread;
    private bool closed;

    internal Association(
        PduConnection connection, AssociationTimeouts timeouts, AeTitle calling, AeTitle called,
        IEnumerable<PresentationContext> contexts, UserInformation peer)
    {
        var longest = peer.MaximumLength == 0 ? MaximumSentLength : (int)Math.Min(peer.MaximumLength, MaximumSentLength);
        if (longest < PresentationDataValue.HeaderLength + 2)
        {
            throw new ProtocolViolationException(
                AbortReason.InvalidPduParameter, $"The peer takes PDUs of {longest} bytes, which have no room for a message.");
        }

        this.connection = connection;
        this.timeouts = timeouts;
        CallingAeTitle = calling;
        CalledAeTitle = called;
        Contexts = contexts.ToDictionary(context => context.Id);
        Peer = peer;
        var fragment = (longest - PresentationDataValue.HeaderLength) & ~1; // a fragment is of even length (PS3.8 annex F)
        sendBuffer = new byte[PduReader.HeaderLength + PresentationDataValue.HeaderLength + fragment];
    }

    /// <summary>The requestor's title.</summary>
    public AeTitle CallingAeTitle { get; }

    /// <summary>The acceptor's title.</summary>
    public AeTitle CalledAeTitle { get; }

    /// <summary>The accepted presentation contexts by id.</summary>
    public IReadOnlyDictionary<byte, PresentationContext> Contexts { get; }

    /// <summary>What the peer said of itself.</summary>
    public UserInformation Peer { get; }

    /// <summary>Where the next fragment to send is put: as many bytes as fit into one PDU of the peer's maximum length.</summary>
    public Memory<byte> FragmentBuffer => sendBuffer.AsMemory(PduReader.HeaderLength + PresentationDataValue.HeaderLength);

    /// <summary>Sends the first <paramref name="count"/> bytes of <see cref="FragmentBuffer"/> as one P-DATA-TF, in one piece.</summary>
    /// <param name="contextId">The presentation context.</param>
    /// <param name="isCommand">Whether the fragment is of a command set.</param>
    /// <param name="isLast">Whether the command set or the data set ends with it.</param>
    /// <param name="count">The length of the fragment in bytes.</param>
    /// <param name="cancellation">Ends the wait; the association is unusable then and must be aborted.</param>
    public ValueTask SendAsync(byte contextId, bool isCommand, bool isLast, int count, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        PresentationDataValue.WriteHeaders(sendBuffer, contextId, isCommand, isLast, count);
        var pdu = sendBuffer.AsMemory(0, PduReader.HeaderLength + PresentationDataValue.HeaderLength + count);
        return GuardAsync(() => connection.WriteAsync(pdu, timeouts.Idle, cancellation));
    }

    /// <summary>
    /// The next fragment, valid until the next call; or null after the peer's A-RELEASE-RQ was answered, which closes the association.
    /// </summary>
    /// <param name="releaseAllowed">False inside a message, where a release is a violation.</param>
    /// <param name="cancellation">Ends the wait; the association is unusable then and must be aborted.</param>
    public async ValueTask<PresentationDataValue?> ReceiveAsync(bool releaseAllowed, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        PresentationDataValue? fragment = null;
        await GuardAsync(async () => fragment = await NextAsync(releaseAllowed, cancellation));
        return fragment;
    }

    /// <summary>Releases the association (PS3.8 section 7.2) and closes it; fragments that still arrive are discarded.</summary>
    public async ValueTask ReleaseAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        await GuardAsync(async () =>
        {
            await connection.WriteAsync(ReleaseRequest.ToBytes(), timeouts.Artim, cancellation);
            while (true)
            {
                var pdu = await connection.ReadAsync(timeouts.Artim, cancellation);
                switch (pdu.Type)
                {
                    case PduType.ReleaseResponse:
                        closed = true;
                        await connection.DisposeAsync(); // the requestor of the release closes the connection
                        return;
                    case PduType.ReleaseRequest: // both sides asked at once (section 7.2.2.7)
                        await connection.WriteAsync(ReleaseResponse.ToBytes(), timeouts.Artim, cancellation);
                        break;
                    case PduType.DataTransfer:
                        break;
                    default:
                        throw Unexpected(pdu);
                }
            }
        });
    }

    /// <summary>Aborts as the service user (PS3.8 section 7.3); a closed association stays closed.</summary>
    public ValueTask AbortAsync() => AbortAsync(new Abort(AbortSource.ServiceUser, AbortReason.NotSpecified));

    /// <summary>
    /// Aborts as the service provider, because of what the peer sent (PS3.8 section 7.4); a closed association stays closed.
    /// </summary>
    public ValueTask AbortAsync(AbortReason reason) => AbortAsync(new Abort(AbortSource.ServiceProvider, reason));

    /// <summary>Aborts the association where it is still open.</summary>
    public ValueTask DisposeAsync() => AbortAsync();

    private async ValueTask<PresentationDataValue?> NextAsync(bool releaseAllowed, CancellationToken cancellation)
    {
        if (unread.IsEmpty)
        {
            var pdu = await connection.ReadAsync(timeouts.Idle, cancellation);
            if (pdu.Type == PduType.ReleaseRequest && releaseAllowed)
            {
                await connection.WriteAsync(ReleaseResponse.ToBytes(), timeouts.Artim, cancellation);
                closed = true;
                await connection.CloseAsync(timeouts.Artim);
                return null;
            }

            unread = pdu.Type == PduType.DataTransfer ? pdu.Body : throw Unexpected(pdu);
        }

        var fragment = PresentationDataValue.Read(ref unread);
        return Contexts.ContainsKey(fragment.ContextId)
            ? fragment
            : throw new ProtocolViolationException(
                AbortReason.InvalidPduParameter, $"A fragment came on presentation context {fragment.ContextId}, which was not accepted.");
    }

    private static AssociationException Unexpected(ReceivedPdu pdu) => pdu.Type == PduType.Abort
        ? new AssociationAbortedException(Abort.Read(pdu.Body.Span))
        : new ProtocolViolationException(AbortReason.UnexpectedPdu, $"A {pdu.Type} PDU came when none was due.");

    private async ValueTask AbortAsync(Abort abort)
    {
        if (closed)
            return;
        closed = true;
        await connection.AbortAsync(abort, timeouts.Artim);
    }

    private async ValueTask GuardAsync(Func<ValueTask> action)
    {
        try
        {
            await action();
        }
        catch (ProtocolViolationException violation)
        {
            await AbortAsync(violation.Reason);
            throw;
        }
        catch (AssociationTimedOutException)
        {
            await AbortAsync(AbortReason.NotSpecified);
            throw;
        }
        catch (AssociationException)
        {
            closed = true;
            await connection.DisposeAsync();
            throw;
        }
    }
}
