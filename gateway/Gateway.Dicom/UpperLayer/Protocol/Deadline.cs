namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>
/// A timer that ends what waits with its token. It is started and stopped as often as needed, and passes or is interrupted once: what
/// it guards is over then.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly ITimer timer;
    private bool isDisposed;

    public Deadline(TimeProvider time)
    {
        Token = source.Token;
        timer = time.CreateTimer(
            static state => ((Deadline)state!).Pass(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token { get; }

    /// <summary>How long the running or the last wait was allowed.</summary>
    public TimeSpan Allowed { get; private set; }

    public bool HasPassed { get; private set; }

    public void Start(TimeSpan allowed)
    {
        lock (gate)
        {
            Allowed = allowed;
            if (!isDisposed)
                timer.Change(allowed, Timeout.InfiniteTimeSpan);
        }
    }

    public void Stop()
    {
        lock (gate)
        {
            if (!isDisposed)
                timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends what waits before its time.</summary>
    public void Interrupt()
    {
        lock (gate)
        {
            if (isDisposed)
                return;
        }

        try
        {
            source.Cancel(); // outside of the lock: it runs what waits
        }
        catch (ObjectDisposedException)
        {
            // Nothing waits any more.
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (isDisposed)
                return;
            isDisposed = true;
        }

        timer.Dispose();
        source.Dispose();
    }

    private void Pass()
    {
        HasPassed = true;
        Interrupt();
    }
}
