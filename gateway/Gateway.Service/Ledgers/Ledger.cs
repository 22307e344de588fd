using Gateway.Service.Health;

namespace Gateway.Service.Ledgers;

/// <summary>
/// The ledger: the file that says what has happened, and the book of what is left to do, changed together. Whoever needs to hear of a
/// change waits for it.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private readonly DeliveryBook book = new();
    private readonly MailBook mail = new();
    private readonly Lock turn = new();
    private readonly LedgerFile file;
    private readonly TimeProvider time;
    private LedgerLine? last;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Ledger(string folder, Action<LedgerLine> replay, ServiceCondition condition, TimeProvider time, ILogger log, long fileBytes)
    {
        this.time = time;
        file = LedgerFile.Open(
            folder,
            line =>
            {
                book.Apply(line);
                mail.Apply(line);
                last = line;
                replay(line);
            },
            condition,
            log,
            fileBytes);
    }

    /// <summary>Opens the ledger of a spool and reads it.</summary>
    /// <param name="folder">Its folder, which is made where needed.</param>
    /// <param name="replay">Told every line that it holds, in order.</param>
    /// <param name="condition">Degraded where a line is damaged or gone, and while the file cannot be written.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told the same.</param>
    /// <param name="fileBytes">How long a file becomes before the next one is begun.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static Ledger Open(
        string folder, Action<LedgerLine> replay, ServiceCondition condition, TimeProvider time, ILogger log, long fileBytes = LedgerFile.FileBytes) =>
        new(folder, replay, condition, time, log, fileBytes);

    /// <summary>What the lines are read from.</summary>
    public LedgerFile File => file;

    /// <summary>The last line, whether it is on the device or not; null where there is none.</summary>
    public LedgerLine? Last
    {
        get
        {
            lock (turn)
                return last;
        }
    }

    /// <summary>Says that something has happened. It is on the device soon, and in order.</summary>
    /// <param name="what">What.</param>
    /// <returns>The line.</returns>
    public LedgerLine Record(LedgerEvent what)
    {
        lock (turn)
        {
            var line = last = file.Append(what, time.GetUtcNow());
            book.Apply(line);
            mail.Apply(line);
            if (what is not (LedgerEvent.Stored or LedgerEvent.Removed))
            {
                changed.SetResult();
                changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return line;
        }
    }

    /// <summary>Ends when all that was recorded before is on the device.</summary>
    public Task FlushAsync() => file.FlushAsync();

    /// <summary>Asks the book. What is returned must not hold what later lines change.</summary>
    /// <param name="question">What is asked.</param>
    public T Ask<T>(Func<DeliveryBook, T> question)
    {
        lock (turn)
            return question(book);
    }

    /// <summary>Asks the book of mail. What is returned must not hold what later lines change.</summary>
    /// <param name="question">What is asked.</param>
    public T AskMail<T>(Func<MailBook, T> question)
    {
        lock (turn)
            return question(mail);
    }

    /// <summary>Ends when something has changed since it was called.</summary>
    public Task ChangedAsync()
    {
        lock (turn)
            return changed.Task;
    }

    public void Dispose() => file.Dispose();
}
