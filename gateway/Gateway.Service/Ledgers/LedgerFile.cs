using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Gateway.Service.Health;
using Gateway.Service.Spooling;

namespace Gateway.Service.Ledgers;

/// <summary>
/// The promise: lines are on the device in the order of their numbers, and nothing that was promised to a peer rests on a line that is
/// not. <see cref="Append"/> puts a line in order and returns at once; another thread hands it to the system, and flushes it within
/// <see cref="Rest"/> together with its neighbours. <see cref="FlushAsync"/> ends when everything before it is on the device. A volume that fails is tried again until it
/// takes the lines; they stay in memory meanwhile, and the service is degraded. Once the service ends it is tried a few times more.
/// The lines lie in files of <see cref="FileBytes"/>, each named by the number of its first line. A line torn by a loss of power is the
/// last one, was promised to nobody, and is cut off at the next start. One that is damaged or gone in the middle is told, and passed over.
/// </summary>
internal sealed partial class LedgerFile : IDisposable
{
    /// <summary>How long a line waits for neighbours before it is flushed.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a file becomes before the next one is begun.</summary>
    public const long FileBytes = 64L << 20;

    private static readonly TimeSpan BeforeTheNextTry = TimeSpan.FromSeconds(1);

    /// <summary>How often it is tried once the service ends.</summary>
    private const int TriesAtTheEnd = 3;

    private readonly string folder;
    private readonly long fileBytes;
    private readonly ServiceCondition condition;
    private readonly ILogger log;
    private readonly Lock turn = new();
    private readonly Thread writer;
    private readonly AutoResetEvent wanted = new(false);
    private readonly ArrayBufferWriter<byte> unflushed = new(); // of the writer alone, as what follows
    private long flushedTo;
    private List<LedgerLine> waiting = [];
    private List<TaskCompletionSource> flushes = [];
    private TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long last;
    private bool closing;

    private LedgerFile(string folder, long fileBytes, long last, ServiceCondition condition, ILogger log)
    {
        this.folder = folder;
        this.fileBytes = fileBytes;
        this.last = last;
        this.condition = condition;
        this.log = log;
        WrittenTo = last;
        writer = new Thread(Write) { IsBackground = true, Name = "ledger" };
    }

    /// <summary>The number of the last line that is written.</summary>
    public long WrittenTo { get; private set; }

    /// <summary>Told each step; nobody but tests listens.</summary>
    internal Action<Moment>? Passing { get; set; }

    /// <summary>Opens the ledger of a folder, which is made where needed, and reads what it holds.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="replay">Told every line, in order.</param>
    /// <param name="condition">Degraded where a line in the middle is damaged or gone.</param>
    /// <param name="log">Told the same.</param>
    /// <param name="fileBytes">How long a file becomes before the next one is begun.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static LedgerFile Open(string folder, Action<LedgerLine> replay, ServiceCondition condition, ILogger log, long fileBytes = FileBytes)
    {
        Directory.CreateDirectory(folder);
        var last = 0L;
        var files = Files(folder).ToList();
        foreach (var file in files)
        {
            var (whole, isTorn) = (0L, false);
            foreach (var (line, end) in LedgerReader.Lines(file))
            {
                if (line is null)
                {
                    isTorn = true;
                    continue;
                }

                if (line.Number <= last)
                    continue; // an administrator's copy beside its original
                if (line.Number != last + 1)
                    Report(file, last + 1, line.Number, condition, log);
                replay(line);
                last = line.Number;
                (whole, isTorn) = (end, false);
            }

            if (isTorn && file == files[^1])
                Cut(file, whole);
        }

        var ledger = new LedgerFile(folder, fileBytes, last, condition, log);
        ledger.writer.Start();
        return ledger;
    }

    /// <summary>Puts a line behind the others; its number is told before anybody can see it.</summary>
    /// <param name="what">What has happened.</param>
    /// <param name="at">When.</param>
    /// <returns>The line.</returns>
    public LedgerLine Append(LedgerEvent what, DateTimeOffset at)
    {
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            var line = new LedgerLine(++last, at, what);
            waiting.Add(line);
            Passing?.Invoke(Moment.LineAppended);
            wanted.Set();
            return line;
        }
    }

    /// <summary>Ends when every line that was appended before is on the device.</summary>
    public Task FlushAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            flushes.Add(done);
        }

        wanted.Set();
        return done.Task;
    }

    /// <summary>Ends when a line after that number is written; at once where one is.</summary>
    /// <param name="number">The number.</param>
    public Task WrittenAfterAsync(long number)
    {
        lock (turn)
            return WrittenTo > number ? Task.CompletedTask : written.Task;
    }

    /// <summary>Follows the lines after a number.</summary>
    /// <param name="number">The number.</param>
    public LedgerFollower FollowAfter(long number) => new(() => Files(folder), number);

    /// <summary>Writes what waits, flushes it, and ends.</summary>
    public void Dispose()
    {
        lock (turn)
        {
            if (closing)
                return;
            closing = true;
        }

        wanted.Set();
        writer.Join();
        wanted.Dispose();
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "ledger-*.jsonl").Order(StringComparer.Ordinal);

    private static void Cut(string file, long whole)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
        stream.SetLength(whole);
        stream.Flush(flushToDisk: true);
    }

    private static void Report(string file, long due, long found, ServiceCondition condition, ILogger log)
    {
        condition.LedgerLacksLines();
        LogGap(log, Path.GetFileName(file), due, found - 1);
    }

    // One thread writes. Lines go to the system at once and to the device together: now where somebody waits for it, soon otherwise.
    private void Write()
    {
        FileStream? file = null;
        var unflushedSince = 0L;
        try
        {
            while (true)
            {
                if (unflushedSince == 0)
                    wanted.WaitOne();
                else
                    wanted.WaitOne(Max(TimeSpan.Zero, Rest - Stopwatch.GetElapsedTime(unflushedSince)));
                var (lines, awaited, isClosing) = Take();
                if (lines.Count > 0 && unflushedSince == 0)
                    unflushedSince = Stopwatch.GetTimestamp();
                var isFlushed = unflushedSince != 0 && (awaited.Count > 0 || isClosing || Stopwatch.GetElapsedTime(unflushedSince) >= Rest);
                if (!Persist(ref file, lines, isFlushed))
                {
                    GiveUp(awaited);
                    return;
                }

                if (isFlushed)
                    unflushedSince = 0;
                Tell(lines, awaited);
                if (isClosing && !IsWaiting())
                    return;
            }
        }
        finally
        {
            file?.Dispose();
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private bool IsWaiting()
    {
        lock (turn)
            return waiting.Count > 0;
    }

    private (List<LedgerLine> Lines, List<TaskCompletionSource> Awaited, bool IsClosing) Take()
    {
        lock (turn)
        {
            var taken = (waiting, flushes, closing);
            (waiting, flushes) = ([], []);
            return taken;
        }
    }

    // A flush that failed says of nothing since the last one that the device has it, and another would not say it either: all of it is
    // written again.
    private bool Persist(ref FileStream? file, List<LedgerLine> lines, bool isFlushed)
    {
        byte[] bytes = [.. lines.SelectMany(line => line.ToBytes())];
        unflushed.Write(bytes);
        for (var tries = 0; bytes.Length > 0 || isFlushed; tries++)
        {
            if (tries >= TriesAtTheEnd && IsClosing())
                return false;
            try
            {
                if (file is null)
                {
                    file = OpenFor(WrittenTo + 1);
                    (flushedTo, bytes) = (file.Position, unflushed.WrittenSpan.ToArray());
                }

                file.Write(bytes);
                bytes = [];
                Passing?.Invoke(Moment.LinesWritten);
                if (isFlushed || file.Length >= fileBytes)
                    Flush(file);
                if (file.Length >= fileBytes)
                {
                    file.Dispose();
                    file = null;
                }

                condition.LedgerTakesLines();
                return true;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                condition.LedgerFails();
                LogFailed(log, failure, lines.Count);
                TakeBack(ref file, flushedTo);
                bytes = unflushed.WrittenSpan.ToArray();
                Thread.Sleep(BeforeTheNextTry);
            }
        }

        return true;
    }

    private void Flush(FileStream file)
    {
        file.Flush(flushToDisk: true);
        flushedTo = file.Position;
        unflushed.ResetWrittenCount();
        Passing?.Invoke(Moment.LinesFlushed);
    }

    private bool IsClosing()
    {
        lock (turn)
            return closing;
    }

    // The service ends and the volume takes nothing: what was promised to peers rests on the objects, not on these lines.
    private void GiveUp(List<TaskCompletionSource> awaited)
    {
        lock (turn)
            awaited.AddRange(flushes);
        LogLost(log, unflushed.WrittenSpan.Count((byte)'\n'));
        foreach (var one in awaited)
            one.SetException(new IOException("The ledger could not be written before the service ended."));
    }

    // What a full volume took of the lines must not stand before what is written next.
    private static void TakeBack(ref FileStream? file, long start)
    {
        try
        {
            file?.SetLength(start);
            file?.Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The reader passes over a torn line.
        }

        file = null;
    }

    private FileStream OpenFor(long number)
    {
        var newest = Files(folder).LastOrDefault();
        var isNew = newest is null || new FileInfo(newest).Length >= fileBytes;
        var path = isNew ? Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"ledger-{number:D12}.jsonl")) : newest!;
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            if (file.Length == 0)
                DurableFiles.FlushFolder(folder);
            EndTornLine(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Behind a line that a full volume cut off another would be lost with it.
    private static void EndTornLine(FileStream file)
    {
        file.Seek(-Math.Min(1, file.Length), SeekOrigin.End);
        if (file.Length > 0 && file.ReadByte() != '\n')
            file.WriteByte((byte)'\n');
    }

    private void Tell(List<LedgerLine> lines, List<TaskCompletionSource> awaited)
    {
        TaskCompletionSource? told = null;
        lock (turn)
        {
            if (lines.Count > 0)
            {
                WrittenTo = lines[^1].Number;
                (told, written) = (written, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        told?.SetResult();
        foreach (var one in awaited)
            one.SetResult();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The ledger file {File} lacks lines {From} to {To}; what they said is known from the objects alone")]
    private static partial void LogGap(ILogger log, string file, long from, long to);

    [LoggerMessage(Level = LogLevel.Error, Message = "The ledger cannot be written; {Count} lines wait in memory and are tried again")]
    private static partial void LogFailed(ILogger log, Exception failure, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The service ends and the ledger cannot be written: {Count} lines are lost. The objects that they name are kept; some may be sent again")]
    private static partial void LogLost(ILogger log, int count);
}
