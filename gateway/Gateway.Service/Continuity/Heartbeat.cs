using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;

namespace Gateway.Service.Continuity;

/// <summary>
/// Keeps the witness, and pauses sending where the machine was set back to a snapshot: at the start by what the witness remembers, later by a
/// clock that jumps. Images are received as ever; what is sent waits until a person has reconciled.
/// </summary>
/// <param name="ledger">The ledger, which says that sending is paused.</param>
/// <param name="rebuild">The index is made anew with a ledger that was set back.</param>
/// <param name="path">The file of the witness.</param>
/// <param name="upTime">How long the machine has been up.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told what was noticed.</param>
internal sealed partial class Heartbeat(Ledger ledger, IndexRebuild rebuild, string path, Func<TimeSpan> upTime, TimeProvider time, ILogger<Heartbeat> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private DateTimeOffset wall;
    private long elapsed;
    private LedgerLine? onDevice;
    private bool fails;

    /// <summary>Looks whether the machine was set back, before anything is sent.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        (wall, elapsed) = (time.GetUtcNow(), time.GetTimestamp());
        if (SetBack.AtStart(Witness.Read(path), ledger.File, wall, upTime()) is { } because)
        {
            rebuild.Want();
            Pause(because);
        }

        await BeatAsync(hasStopped: false, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Says that the service stopped as asked.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await BeatAsync(hasStopped: true, CancellationToken.None); // however long the others took: it stopped as it was asked to
    }

    /// <summary>Looks at the clock, and tells the witness.</summary>
    public Task BeatAsync(CancellationToken cancellation)
    {
        var (before, since) = (wall, elapsed);
        (wall, elapsed) = (time.GetUtcNow(), time.GetTimestamp());
        if (SetBack.WhileRunning(wall - before, time.GetElapsedTime(since, elapsed)) is { } because)
            Pause(because);
        return BeatAsync(hasStopped: false, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await BeatAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the end
        }
    }

    private async Task BeatAsync(bool hasStopped, CancellationToken cancellation)
    {
        var last = ledger.Last;
        try
        {
            if (last is not null)
                await ledger.FlushAsync().WaitAsync(Patience, cancellation);
            onDevice = last;
        }
        catch (Exception failure) when (failure is TimeoutException or IOException)
        {
            // The ledger tells of it; the witness names what was on the device before.
        }

        try
        {
            new Witness(onDevice?.Number ?? 0, onDevice?.At ?? default, time.GetUtcNow(), hasStopped).Write(path);
            fails = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!fails)
                LogFailed(failure);
            fails = true;
        }
    }

    private void Pause(string because)
    {
        ledger.Record(new LedgerEvent.Paused(because));
        LogPaused(because);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending is paused until somebody has reconciled: {Because}")]
    private partial void LogPaused(string because);

    [LoggerMessage(Level = LogLevel.Error, Message = "The witness of the ledger cannot be written; a machine that is set back meanwhile may go unnoticed")]
    private partial void LogFailed(Exception failure);
}
