namespace Gateway.Provisioning.Machines.Windows;

/// <summary>One answer of Windows for the many who ask at once: it is shared for as long as one look at the machine takes, and never over a change.</summary>
/// <typeparam name="T">The answer.</typeparam>
/// <param name="clock">Says how old it is.</param>
internal sealed class SharedLook<T>(TimeProvider clock) : IDisposable
    where T : class
{
    private static readonly TimeSpan OneLook = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim oneReader = new(1, 1);
    private (T Answer, long At)? known;

    /// <summary>The answer of this look.</summary>
    /// <param name="ask">Asks Windows.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<T> GetAsync(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        await oneReader.WaitAsync(cancel);
        try
        {
            if (known is { } fresh && clock.GetElapsedTime(fresh.At) <= OneLook)
                return fresh.Answer;
            var answer = await ask(cancel);
            known = (answer, clock.GetTimestamp());
            return answer;
        }
        finally
        {
            oneReader.Release();
        }
    }

    /// <summary>The next one asks Windows.</summary>
    public void Forget() => known = null;

    /// <inheritdoc/>
    public void Dispose() => oneReader.Dispose();
}
