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
    private (Task<T> Answer, CancellationToken Asker)? asked;

    /// <summary>The answer. Who waits for a question whose asker gave up asks it again.</summary>
    /// <param name="cancel">Cancels the waiting, and the question when this is who asked it.</param>
    public async Task<T> GetAsync(CancellationToken cancel)
    {
        while (true)
        {
            (Task<T> Answer, CancellationToken Asker) mine;
            lock (guard)
            {
                if (asked is not { Answer.IsCanceled: false })
                    asked = (AskAsync(cancel), cancel);
                mine = asked.Value;
            }

            try
            {
                return await mine.Answer.WaitAsync(cancel);
            }
            catch (OperationCanceledException) when (mine.Asker.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                // It was not we who gave up.
            }
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
