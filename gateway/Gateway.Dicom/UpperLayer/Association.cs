using Gateway.Dicom.Identifiers;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Protocol;

namespace Gateway.Dicom.UpperLayer;

/// <summary>
/// An open association: the P-DATA, A-RELEASE and A-ABORT services of PS3.8 section 7, for either side. One flow receives; several may
/// send, and their PDUs leave one after the other. What ends the association is an <see cref="AssociationException"/>, the same one for
/// every flow; a violation by the peer has then been answered with A-ABORT.
/// </summary>
public sealed class Association : IAsyncDisposable
{
    /// <summary>The longest P-DATA-TF body that is sent, in bytes, to a peer that takes more.</summary>
    public const int MaximumSentLength = 1024 * 1024;

    /// <summary>The longest P-DATA-TF body that is sent, in bytes, to a peer that names no limit.</summary>
    public const int UnlimitedSentLength = 128 * 1024;

    private readonly ProtocolMachine machine;
    private readonly int fragmentLength;
    private ReadOnlyMemory<byte> unread;

    internal Association(
        ProtocolMachine machine, AeTitle calling, AeTitle called, IEnumerable<PresentationContext> contexts, UserInformation peer)
    {
        this.machine = machine;
        CallingAeTitle = calling;
        CalledAeTitle = called;
        Contexts = contexts.ToDictionary(context => context.Id);
        Peer = peer;
        fragmentLength = FragmentLength(peer.MaximumLength);
        machine.Accept(Contexts.Values);
    }

    /// <summary>The requestor's title.</summary>
    public AeTitle CallingAeTitle { get; }

    /// <summary>The acceptor's title.</summary>
    public AeTitle CalledAeTitle { get; }

    /// <summary>The accepted presentation contexts by id.</summary>
    public IReadOnlyDictionary<byte, PresentationContext> Contexts { get; }

    /// <summary>What the peer said of itself.</summary>
    public UserInformation Peer { get; }

    /// <summary>Whether the peer has agreed to the release that <see cref="RequestReleaseAsync"/> asked for.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>How many operations this side may have asked for and not been answered (PS3.7 annex D.3.3.3).</summary>
    public int InvokedOperations { get; internal init; } = 1;

    /// <summary>How many operations the peer may have asked for and not been answered (PS3.7 annex D.3.3.3).</summary>
    public int PerformedOperations { get; internal init; } = 1;

    /// <summary>Room for a fragment to send, as long as one PDU of the peer's maximum length holds; each sender has its own.</summary>
    /// <param name="atMost">The longest fragment that is needed, in bytes, of even length.</param>
    public OutgoingFragment NewFragment(int atMost = MaximumSentLength) => new(Math.Min(fragmentLength, atMost));

    /// <summary>Sends the first <paramref name="count"/> bytes of a fragment as one P-DATA-TF, in one piece.</summary>
    /// <param name="fragment">The bytes; they may be changed when the task has ended.</param>
    /// <param name="contextId">The presentation context.</param>
    /// <param name="isCommand">Whether the fragment is of a command set.</param>
    /// <param name="isLast">Whether the command set or the data set ends with it.</param>
    /// <param name="count">The length of the fragment in bytes.</param>
    /// <param name="cancellation">Ends the wait; the association is unusable then and must be aborted.</param>
    /// <exception cref="AssociationException">The association ended.</exception>
    /// <exception cref="ObjectDisposedException">The association was released before.</exception>
    public ValueTask SendAsync(
        OutgoingFragment fragment, byte contextId, bool isCommand, bool isLast, int count, CancellationToken cancellation) =>
        machine.SendAsync(ProtocolEvent.Evt9, fragment.ToPdu(contextId, isCommand, isLast, count), cancellation);

    /// <summary>
    /// The next fragment, valid until the next call; or null where the peer asks for the release, which
    /// <see cref="ConfirmReleaseAsync"/> answers, or where it agreed to the one of <see cref="RequestReleaseAsync"/>.
    /// </summary>
    /// <param name="cancellation">Ends the wait; the association is unusable then and must be aborted.</param>
    /// <exception cref="AssociationException">The association ended.</exception>
    /// <exception cref="ObjectDisposedException">The association was released before.</exception>
    public async ValueTask<PresentationDataValue?> ReceiveAsync(CancellationToken cancellation)
    {
        while (unread.IsEmpty)
        {
            var (action, received) = await machine.ReceiveAsync(cancellation);
            switch (action)
            {
                case ProtocolAction.AR2:
                    return null;
                case ProtocolAction.AR3:
                    IsReleased = true;
                    return null;
                case ProtocolAction.AR8: // both sides asked
                    await machine.SendAsync(ProtocolEvent.Evt14, ReleaseResponse.ToBytes(), cancellation);
                    break;
                default:
                    unread = received.Body;
                    break;
            }
        }

        return PresentationDataValue.Read(ref unread);
    }

    /// <summary>Agrees to the release that the peer asked for, and waits for the peer to close the connection.</summary>
    /// <param name="cancellation">Ends the wait for the answer to be taken; the association must be aborted then.</param>
    /// <exception cref="AssociationException">The association ended otherwise.</exception>
    public async ValueTask ConfirmReleaseAsync(CancellationToken cancellation)
    {
        await machine.SendAsync(ProtocolEvent.Evt14, ReleaseResponse.ToBytes(), cancellation);
        await machine.WaitForEndAsync();
    }

    /// <summary>Releases the association (PS3.8 section 7.2) and closes it; fragments that still arrive are discarded.</summary>
    /// <param name="cancellation">Ends the wait; the association must be aborted then.</param>
    /// <exception cref="AssociationException">The association ended otherwise.</exception>
    public async ValueTask ReleaseAsync(CancellationToken cancellation)
    {
        await machine.SendAsync(ProtocolEvent.Evt11, ReleaseRequest.ToBytes(), cancellation);
        while (true)
        {
            switch ((await machine.ReceiveAsync(cancellation)).Action)
            {
                case ProtocolAction.AR3:
                    return;
                case ProtocolAction.AR8 when machine.State == ProtocolState.Sta9: // both sides asked, and this one is the requestor
                    await machine.SendAsync(ProtocolEvent.Evt14, ReleaseResponse.ToBytes(), cancellation);
                    break;
                case ProtocolAction.AR10: // both sides asked, and this one is the acceptor
                    await ConfirmReleaseAsync(cancellation);
                    return;
            }
        }
    }

    /// <summary>
    /// Asks for the release (PS3.8 section 7.2) while another flow of the requestor receives: that flow gets what the peer still sends, and null
    /// once the peer has agreed.
    /// </summary>
    /// <param name="cancellation">Ends the sending; the association must be aborted then.</param>
    /// <exception cref="AssociationException">The association ended.</exception>
    public ValueTask RequestReleaseAsync(CancellationToken cancellation) =>
        machine.SendAsync(ProtocolEvent.Evt11, ReleaseRequest.ToBytes(), cancellation);

    /// <summary>Aborts as the service user (PS3.8 section 7.3); an association that is over stays so.</summary>
    public ValueTask AbortAsync() =>
        machine.AbortAsync(ProtocolEvent.Evt15, new AssociationLostException("The association was aborted by this side."));

    /// <summary>
    /// Aborts because of what a message held (PS3.8 section 7.4: the PDU that carried it is invalid); an association that is over stays
    /// so.
    /// </summary>
    public ValueTask AbortAsync(ProtocolViolationException violation) => machine.AbortAsync(ProtocolEvent.Evt19, violation);

    /// <summary>Aborts the association where it is still open.</summary>
    public ValueTask DisposeAsync() => AbortAsync();

    /// <summary>This side works on an answer: the peer's silence does not count until <see cref="EndAnswer"/>.</summary>
    internal void BeginAnswer() => machine.Idle.BeginAnswer();

    /// <summary>The answer is sent, or never will be.</summary>
    internal void EndAnswer() => machine.Idle.EndAnswer();

    /// <summary>The longest fragment for a peer: of even length, as PS3.8 annex F demands.</summary>
    /// <exception cref="ProtocolViolationException">The peer takes nothing of a useful length.</exception>
    internal static int FragmentLength(uint peerMaximum)
    {
        var longest = peerMaximum == 0 ? UnlimitedSentLength : (int)Math.Min(peerMaximum, MaximumSentLength);
        return longest >= PresentationDataValue.HeaderLength + 2
            ? (longest - PresentationDataValue.HeaderLength) & ~1
            : throw new ProtocolViolationException(
                AbortReason.InvalidPduParameter, $"The peer takes PDUs of {longest} bytes, which have no room for a message.");
    }
}
