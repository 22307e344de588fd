using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Dicom.UpperLayer.Tls;

namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>
/// The state machine of PS3.8 section 9.2 at work on one transport connection: events in, actions done, as <see cref="TransitionTable"/>
/// says. One flow receives and any number send; PDUs leave one after the other. An event that ends the association is an
/// <see cref="AssociationException"/> for whoever uses it, the same one for all; nothing else leaves it.
/// </summary>
[SuppressMessage("Usage", "CA2213", Justification = "A semaphore whose wait handle nobody asks for holds nothing, and flows still wait.")]
internal sealed class ProtocolMachine(Transport transport, AssociationTimeouts timeouts, TimeProvider time, bool isRequestor) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Deadline artim = new(time);
    private readonly IdleWatch idle = new(time);
    private bool[]? accepted;
    private bool canSend = true;
    private AssociationException? ended;

    public ProtocolState State { get; private set; } = ProtocolState.Sta1;

    /// <summary>The clock of an established association's silence.</summary>
    public IdleWatch Idle => idle;

    /// <summary>Which contexts data may come on from now on.</summary>
    public void Accept(IEnumerable<PresentationContext> contexts)
    {
        accepted = new bool[256];
        foreach (var context in contexts)
            accepted[context.Id] = true;
    }

    /// <summary>Event 1: opens the connection, until event 2, and sends A-ASSOCIATE-RQ.</summary>
    public async Task ConnectAsync(EndPoint peer, ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        Take(ProtocolEvent.Evt1);
        await OpenAsync(token => transport.ConnectAsync(peer, token), $"{peer}", cancellation);
        await SendAsync(ProtocolEvent.Evt2, request, cancellation);
    }

    /// <summary>Event 5: takes a connection that a peer opened, when it is encrypted where it is to be.</summary>
    public async Task AcceptTransportAsync(CancellationToken cancellation)
    {
        await OpenAsync(transport.AcceptAsync, transport.Peer, cancellation);
        Take(ProtocolEvent.Evt5);
    }

    /// <summary>An event of the local user that sends a PDU, in one piece.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="pdu">The PDU.</param>
    /// <param name="cancellation">Ends the wait; no PDU can follow one that is cut off, so the connection can only be closed then.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ProtocolEvent happened, ReadOnlyMemory<byte> pdu, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        var isCut = false;
        try
        {
            Take(happened);
            isCut = !await WriteAsync(pdu, cancellation);
        }
        finally
        {
            writing.Release();
        }

        if (isCut)
        {
            await ReadToEndAsync(); // the peer may have said why before it went
            throw ended!;
        }
    }

    /// <summary>
    /// The next event that concerns the local user: an indication or a confirmation. In <see cref="ProtocolState.Sta13"/> it waits for
    /// the end of the connection first and throws what ended the association.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(ProtocolAction Action, Received Received)> ReceiveAsync(CancellationToken cancellation)
    {
        await reading.WaitAsync(CancellationToken.None);
        try
        {
            ThrowIfOver();
            var received = await ReadAsync(cancellation);
            var action = await RaiseAsync(received);
            if (State == ProtocolState.Sta13 && action != ProtocolAction.None) // otherwise whoever aborted waits
                await WaitForCloseAsync();
            if (action != ProtocolAction.AR3)
                ThrowIfOver();
            return (action, received);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>After the last PDU: waits for the peer to close the connection, no longer than ARTIM allows.</summary>
    public async ValueTask WaitForEndAsync()
    {
        await reading.WaitAsync(CancellationToken.None);
        try
        {
            await WaitForCloseAsync();
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>
    /// Event 15, an abort of the local user, or event 19 where a user finds what a P-DATA-TF carried invalid; then waits for the end of
    /// the connection. Where the association is over it does nothing; where a PDU is cut off it closes the connection.
    /// </summary>
    public async ValueTask AbortAsync(ProtocolEvent happened, AssociationException cause)
    {
        await RaiseAsync(new Received(happened, Cause: cause));
        idle.Deadline.Interrupt(); // whoever waits for the peer
        await WaitForEndAsync();
    }

    /// <summary>Closes the connection without a word, which is event 17 at both ends.</summary>
    public void Close(AssociationException cause)
    {
        lock (gate)
        {
            if (State != ProtocolState.Sta1)
                Take(ProtocolEvent.Evt17, cause);
        }
    }

    public void Dispose()
    {
        artim.Dispose();
        idle.Dispose();
        transport.Dispose();
    }

    /// <summary>Opens the connection within the time of ARTIM; what goes wrong ends the attempt.</summary>
    private async Task OpenAsync(Func<CancellationToken, Task> open, string peer, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time);
        deadline.Start(timeouts.Artim);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        AssociationException cause;
        try
        {
            await open(either.Token);
            return;
        }
        catch (AuthenticationException failure)
        {
            cause = new TlsRefusedException(peer, failure);
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            cause = new AssociationLostException($"No connection to {peer}: {failure.Message}", failure);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            cause = new AssociationTimedOutException(timeouts.Artim);
        }

        Close(cause);
        throw cause;
    }

    private static byte[] AbortPdu(ProtocolAction action, AssociationException? cause) => action == ProtocolAction.AA1
        ? new Abort(AbortSource.ServiceUser, AbortReason.NotSpecified).ToBytes()
        : new Abort(AbortSource.ServiceProvider, (cause as ProtocolViolationException)?.Reason ?? AbortReason.UnexpectedPdu).ToBytes();

    /// <summary>The part of an event that needs no waiting: the next state, the timer, the connection, and what ended the association.</summary>
    private Transition Take(ProtocolEvent happened, AssociationException? cause = null, bool otherwise = false)
    {
        lock (gate)
        {
            if (TransitionTable.Find(happened, State) is not { } transition)
            {
                ThrowIfOver();
                throw new InvalidOperationException($"{happened} is not possible in {State} (PS3.8 table 9-10).");
            }

            var from = State;
            State = otherwise && transition.Otherwise is { } other ? other : transition.Next;
            if (from != ProtocolState.Sta13 && State is ProtocolState.Sta1 or ProtocolState.Sta13)
                ended ??= cause ?? Unexpected(transition.Action, happened, from);
            Settle(transition.Action);
            return transition;
        }
    }

    private void Settle(ProtocolAction action)
    {
        switch (action)
        {
            case ProtocolAction.AE5 or ProtocolAction.AE8 or ProtocolAction.AR4 or ProtocolAction.AA1 or ProtocolAction.AA8:
                artim.Start(timeouts.Artim);
                break;
            case ProtocolAction.AE6 when State == ProtocolState.Sta13:
                artim.Start(timeouts.Artim);
                break;
            case ProtocolAction.AE6:
                artim.Stop();
                break;
        }

        if (State == ProtocolState.Sta1)
            Dispose();
    }

    private static ProtocolViolationException? Unexpected(ProtocolAction action, ProtocolEvent happened, ProtocolState state) =>
        action is ProtocolAction.AA1 or ProtocolAction.AA8
            ? new ProtocolViolationException(AbortReason.UnexpectedPdu, $"A PDU came that is not due: {happened} in {state}.")
            : null;

    /// <summary>An event that was received: what is sent about it goes behind the PDU that is just being sent.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ProtocolAction> RaiseAsync(Received received)
    {
        if (received.Event == ProtocolEvent.Evt4 && State != ProtocolState.Sta5)
            received = received with { Cause = null }; // a rejection of nothing is no rejection
        var isRefused = received.Content is AssociateRequest request && (request.ProtocolVersion & 1) == 0;
        lock (gate)
        {
            if (State == ProtocolState.Sta1)
                return ProtocolAction.None;
            if (TransitionTable.Find(received.Event, State) is { } cell && !Sends(cell.Action) && !isRefused)
                return Take(received.Event, received.Cause, otherwise: cell.Action == ProtocolAction.AR8 && !isRequestor).Action;
        }

        await writing.WaitAsync(CancellationToken.None);
        try
        {
            ProtocolAction action;
            byte[] pdu;
            lock (gate)
            {
                if (State == ProtocolState.Sta1 || TransitionTable.Find(received.Event, State) is not { } cell)
                    return ProtocolAction.None;
                if (!canSend)
                {
                    Take(ProtocolEvent.Evt17, received.Cause);
                    return ProtocolAction.None;
                }

                var cause = received.Cause ?? Unexpected(cell.Action, received.Event, State);
                if (cell.Action == ProtocolAction.AE6)
                    cause = new AssociationRejectedException(AssociateReject.ProtocolVersionNotSupported);
                action = Take(received.Event, cause, otherwise: isRefused && cell.Action == ProtocolAction.AE6).Action;
                pdu = cell.Action == ProtocolAction.AE6
                    ? AssociateReject.ProtocolVersionNotSupported.ToBytes()
                    : Sends(action) ? AbortPdu(action, cause) : [];
            }

            if (pdu.Length > 0)
                await WriteAsync(pdu, CancellationToken.None);
            return action;
        }
        finally
        {
            writing.Release();
        }

        static bool Sends(ProtocolAction action) => action is ProtocolAction.AA1 or ProtocolAction.AA7 or ProtocolAction.AA8;
    }

    /// <summary>Writes a PDU; false where the connection is gone, or the peer does not take it in time and the connection is closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> pdu, CancellationToken cancellation)
    {
        var isLast = State == ProtocolState.Sta13;
        var deadline = isLast ? artim : idle.Deadline;
        var isSent = false;
        if (!isLast)
            idle.BeginWrite(Patience);
        try
        {
            using var interruption = cancellation.UnsafeRegister(static deadline => ((Deadline)deadline!).Interrupt(), deadline);
            await transport.WriteAsync(pdu, deadline.Token);
            isSent = true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OperationCanceledException)
        {
            if (deadline.HasPassed)
                Close(new AssociationTimedOutException(deadline.Allowed));
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            // What ended the association is what is received next.
        }
        finally
        {
            canSend &= isSent;
            if (!isLast)
                idle.EndWrite();
        }

        return isSent;
    }

    /// <summary>The next PDU or the reason why there is none, as an event.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Received> ReadAsync(CancellationToken cancellation)
    {
        var isTimed = State is ProtocolState.Sta2 or ProtocolState.Sta13;
        var deadline = isTimed ? artim : idle.Deadline;
        if (!isTimed)
            idle.BeginRead(Patience);
        try
        {
            using var interruption = cancellation.UnsafeRegister(static deadline => ((Deadline)deadline!).Interrupt(), deadline);
            return await transport.ReadAsync(deadline.Token) is { } pdu
                ? Received.From(pdu, accepted)
                : new Received(
                    ProtocolEvent.Evt17,
                    Cause: new AssociationLostException("The peer closed the connection without releasing the association."));
        }
        catch (ProtocolViolationException violation)
        {
            return new Received(ProtocolEvent.Evt19, Cause: violation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OperationCanceledException)
        {
            return new Received(
                isTimed ? ProtocolEvent.Evt18 : ProtocolEvent.Evt15,
                Cause: deadline.HasPassed
                    ? new AssociationTimedOutException(deadline.Allowed)
                    : new AssociationLostException("The association was given up by this side.")); // in another flow
        }
        catch (Exception failure) when (IsLoss(failure))
        {
            return new Received(
                ProtocolEvent.Evt17, Cause: new AssociationLostException($"The connection to the peer was lost: {failure.Message}", failure));
        }
        finally
        {
            if (!isTimed)
                idle.EndRead();
        }
    }

    private TimeSpan Patience => State is ProtocolState.Sta6 or ProtocolState.Sta8 ? timeouts.Idle : timeouts.Artim;

    private static bool IsLoss(Exception failure) => failure is IOException or SocketException or ObjectDisposedException;

    private async ValueTask WaitForCloseAsync()
    {
        while (State == ProtocolState.Sta13)
            await RaiseAsync(await ReadAsync(CancellationToken.None));
    }

    /// <summary>After a write that failed: what the peer still said, until the association is over.</summary>
    private async ValueTask ReadToEndAsync()
    {
        await reading.WaitAsync(CancellationToken.None);
        try
        {
            while (State is not (ProtocolState.Sta1 or ProtocolState.Sta13))
                await RaiseAsync(await ReadAsync(CancellationToken.None));
            await WaitForCloseAsync();
        }
        catch (AssociationException)
        {
            // It is what the caller throws.
        }
        finally
        {
            reading.Release();
        }

        Debug.Assert(ended is not null, "An association that is over has a reason.");
    }

    private void ThrowIfOver()
    {
        if (State is not (ProtocolState.Sta1 or ProtocolState.Sta13))
            return;
        ObjectDisposedException.ThrowIf(ended is null, typeof(Association));
        throw ended;
    }
}
