namespace Gateway.Provisioning.Machines;

/// <summary>
/// An answer that many resources want at once: the machine is asked when the first one asks, and all get the same, also when the machine could not say, until it
/// is forgotten. One look costs one question.
/// </summary>
/// <typeparam name="T">The answer.</typeparam>
/// <param name="ask">Asks the machine.</param>
internal sealed class SharedAnswer<T>(Func<CancellationToken, Task<T>> ask)
{
    private readonly Lock guard = new();
    private Task<T>? asked;

    /// <summary>The answer.</summary>
    /// <param name="cancel">Cancels the waiting, and the question when this is who asked it.</param>
    public Task<T> GetAsync(CancellationToken cancel)
    {
        lock (guard)
        {
            if (asked is null or { IsCanceled: true })
                asked = AskAsync(cancel);
            return asked.WaitAsync(cancel);
        }
    }

    /// <summary>The next one who wants it asks the machine.</summary>
    public void Forget()
    {
        lock (guard)
            asked = null;
    }

    // A question that fails at once is a failed answer too.
    private async Task<T> AskAsync(CancellationToken cancel) => await ask(cancel);
}
