using Gateway.Provisioning.Diagnosis;

namespace Gwctl.Serving;

/// <summary>One at a time inside the service: a run that a person or the service itself has in hand, or a look at the machine, which makes way for a run.</summary>
internal sealed class Turns : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private readonly Lock guard = new();
    private string? run;
    private CancellationTokenSource? look;

    /// <summary>The run that a person stopped: it stays open, and the service does not go on with it by itself until it is started again.</summary>
    public string? LeftByPerson { get; set; }

    /// <summary>The turn of a run; a look that is under way is given up for it.</summary>
    /// <param name="what">What is done and who asked for it: told to whoever comes second.</param>
    /// <param name="cancel">Cancels the waiting.</param>
    /// <exception cref="RefusedException">Another run has the turn (GW3001).</exception>
    public async Task<IDisposable> RunAsync(string what, CancellationToken cancel)
    {
        lock (guard)
        {
            if (run is not null)
                throw new RefusedException(Diagnostic.Error("GW3001", $"Another apply or rollback is running on this machine: {run}.", "Wait until it has ended; 'gwctl status' shows where it stands."));
            run = what;
            _ = look?.CancelAsync();
        }

        try
        {
            await one.WaitAsync(cancel);
        }
        catch
        {
            lock (guard)
                run = null;
            throw;
        }

        return new Turn(() =>
        {
            lock (guard)
                run = null;
            one.Release();
        });
    }

    /// <summary>A look, and what becomes of it when a run wants the turn; null when one has it already.</summary>
    /// <param name="stopping">Ends it too.</param>
    public Look? TryLook(CancellationToken stopping)
    {
        lock (guard)
        {
            if (run is not null || !one.Wait(0, CancellationToken.None))
                return null;
            look = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            return new Look(this, look);
        }
    }

    public void Dispose()
    {
        one.Dispose();
        look?.Dispose();
    }

    /// <summary>A look at the machine.</summary>
    internal sealed class Look(Turns turns, CancellationTokenSource cancel) : IDisposable
    {
        /// <summary>Cancelled when a run wants the turn.</summary>
        public CancellationToken Cancel => cancel.Token;

        /// <summary>The look becomes a run of the service's own.</summary>
        /// <param name="what">What is done: told to whoever comes.</param>
        /// <returns>False when a person was faster.</returns>
        public bool TryRun(string what)
        {
            lock (turns.guard)
            {
                if (turns.run is not null)
                    return false;
                turns.run = what;
                isRun = true;
                return true;
            }
        }

        public void Dispose()
        {
            lock (turns.guard)
            {
                if (isRun)
                    turns.run = null;
                turns.look = null;
            }

            cancel.Dispose();
            turns.one.Release();
        }

        private bool isRun;
    }

    private sealed class Turn(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
