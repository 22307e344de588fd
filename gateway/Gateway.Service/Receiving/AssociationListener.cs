using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Service.Auditing;
using Gateway.Service.Committing;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Metering;
using Gateway.Service.Spooling;

namespace Gateway.Service.Receiving;

/// <summary>
/// Listens for associations and serves each on its own, at most as many at once as allowed. Whatever a peer does ends its own
/// association and nothing else.
/// </summary>
internal sealed partial class AssociationListener(
    ServiceSettings settings, ListeningSocket listening, Spool spool, SpoolIntake intake, DiskRoom room, ServiceCounts counts,
    ServiceCondition condition, CommitmentDesk commitments, AuditLog audit, GatewayMeter meter, TimeProvider time, ILogger<AssociationListener> log) : IHostedService, IDisposable
{
    /// <summary>Connections beyond the associations that may be open: those still being negotiated, refused or closed.</summary>
    private const int SpareConnections = 64;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AbortTime = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<int, Task> connections = [];
    private readonly CancellationTokenSource aborting = new();
    private readonly CancellationTokenSource closing = new();
    private Task accepting = Task.CompletedTask;
    private int openAssociations;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listening.Socket.Listen();
        accepting = AcceptAsync(closing.Token);
        LogListening(settings.AeTitle, settings.DicomEndPoint);
        return Task.CompletedTask;
    }

    /// <summary>Lets nobody in any more, gives the open associations ten seconds, and aborts those that are left.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await closing.CancelAsync();
        listening.Socket.Dispose();
        await accepting;
        var served = Task.WhenAll(connections.Values);
        if (await Task.WhenAny(served, Task.Delay(Grace, time, cancellationToken)) != served)
        {
            LogAborting(connections.Count);
            await aborting.CancelAsync();
            await Task.WhenAny(served, Task.Delay(AbortTime, time, CancellationToken.None));
        }
    }

    public void Dispose()
    {
        aborting.Dispose();
        closing.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellation)
    {
        for (var number = 1; !cancellation.IsCancellationRequested; number++)
        {
            try
            {
                var socket = await listening.Socket.AcceptAsync(cancellation);
                if (connections.Count >= settings.MaximumAssociations + SpareConnections)
                    socket.Dispose();
                else
                    Begin(number, socket);
            }
            catch (SocketException failure)
            {
                LogAcceptFailed(failure);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, CancellationToken.None); // such as: no file descriptor left
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Begin(int number, Socket socket)
    {
        var served = Task.Run(() => ServeAsync(number, socket));
        connections[number] = served;
        _ = served.ContinueWith(
            _ => connections.TryRemove(number, out var _),
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task ServeAsync(int number, Socket socket)
    {
        var admitted = false;
        var audited = new AuditedAssociation(audit);
        var receiver = new InstanceReceiver(number, spool, intake, room, counts, condition, audited, meter, settings.MaximumObjectBytes, log);
        var talk = commitments.Open();
        string? failed = null;
        try
        {
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            CallerRule? caller = null;
            var policy = new AcceptorPolicy(
                request =>
                {
                    audited.Asks(request, address);
                    caller = settings.Callers.FirstOrDefault(rule => rule.Admits(request.CallingAeTitle!.Value, address));
                    return Judge(request, caller, ref admitted);
                },
                AcceptsClass, settings.MaximumPduBytes, Timeouts())
            {
                AcceptsProvider = sopClass => sopClass == SopClasses.StorageCommitment,
                MaximumOperations = _ => caller!.MaximumOperations,
                JudgeIdentity = (identity, _) => ValueTask.FromResult(caller!.User is not { } user ? null : user.Is(identity) ? IdentityVerdict.Admitted : IdentityVerdict.Refused),
                Tls = settings.Tls,
            };
            await using var association = await AssociationAcceptor.AcceptAsync(socket, policy, time, aborting.Token);
            LogOpened(number, association.CallingAeTitle, address, association.Contexts.Count);
            await StorageProvider.ServeAsync(association, receiver, talk, aborting.Token);
            LogReleased(number, receiver.Acknowledged, receiver.Refused);
        }
        catch (AssociationRejectedException rejected)
        {
            LogRejected(number, rejected.Rejection);
            audited.Rejected(rejected.Rejection);
        }
        catch (AssociationException ended)
        {
            failed = ended.Message;
            LogEnded(number, failed, receiver.Acknowledged, receiver.Refused);
        }
        catch (OperationCanceledException)
        {
            failed = "The service stops.";
            LogEnded(number, failed, receiver.Acknowledged, receiver.Refused);
        }
        catch (Exception failure)
        {
            failed = "The service failed.";
            LogFailed(failure, number);
        }
        finally
        {
            talk.End();
            audited.Closes(failed);
            socket.Dispose();
            if (admitted)
                Interlocked.Decrement(ref openAssociations);
        }
    }

    private AssociateReject? Judge(AssociateRequest request, CallerRule? caller, ref bool admitted)
    {
        if (!IsOurs(request.CalledAeTitle!.Value))
            return AssociateReject.CalledAeTitleNotRecognized;
        if (caller is null)
            return AssociateReject.CallingAeTitleNotRecognized;
        if (BringsImages(request) && !room.IsFor(request.CalledAeTitle!.Value))
            return AssociateReject.TemporaryCongestion;
        if (Interlocked.Increment(ref openAssociations) > settings.MaximumAssociations)
        {
            Interlocked.Decrement(ref openAssociations);
            return AssociateReject.LocalLimitExceeded;
        }

        admitted = true;
        return null;
    }

    private bool IsOurs(AeTitle called) =>
        called == settings.AeTitle || called == settings.Urgency.Emergency || called == settings.Urgency.Bulk
        || settings.Targets.Partners.Any(partner => partner.VirtualAeTitle == called);

    // What a target keeps may make room.
    private static bool BringsImages(AssociateRequest request) => request.Contexts.Any(context => context.AbstractSyntax != SopClasses.StorageCommitment);

    private static bool AcceptsClass(Uid sopClass) =>
        sopClass == SopClasses.Verification || sopClass == SopClasses.StorageCommitment || SopClasses.IsStorage(sopClass) || SopClasses.IsPrivate(sopClass);

    private AssociationTimeouts Timeouts()
    {
        var artim = AssociationTimeouts.Default.Artim;
        return new AssociationTimeouts(settings.IdleTimeout < artim ? settings.IdleTimeout : artim, settings.IdleTimeout);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{AeTitle} listens on {EndPoint}")]
    private partial void LogListening(AeTitle aeTitle, IPEndPoint endPoint);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Association {Association} is open: {Caller} at {Address}, {Contexts} presentation contexts")]
    private partial void LogOpened(int association, AeTitle caller, IPAddress address, int contexts);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Association {Association} is released: {Acknowledged} acknowledged, {Refused} refused")]
    private partial void LogReleased(int association, int acknowledged, int refused);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Association {Association} is rejected: {Rejection}")]
    private partial void LogRejected(int association, AssociateReject rejection);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Association {Association} ended: {Reason} {Acknowledged} acknowledged, {Refused} refused")]
    private partial void LogEnded(int association, string reason, int acknowledged, int refused);

    [LoggerMessage(Level = LogLevel.Error, Message = "Association {Association} ended by a failure of the service")]
    private partial void LogFailed(Exception failure, int association);

    [LoggerMessage(Level = LogLevel.Error, Message = "A connection could not be accepted")]
    private partial void LogAcceptFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} connections are still open and are aborted")]
    private partial void LogAborting(int count);
}
