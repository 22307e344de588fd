using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Service.Spooling;

/// <summary>
/// Empty files whose names are on the device already, so that an object that arrives waits for no name. They are made by the dozen, with
/// one flush of their folder.
/// </summary>
/// <param name="folder">Where they lie.</param>
internal sealed class ReadyFiles(string folder) : IDisposable
{
    private const int Batch = 32;

    private readonly ConcurrentQueue<(string Path, SafeFileHandle File)> ready = [];
    private readonly Lock making = new();
    private int isMaking;
    private bool isClosed;

    /// <summary>Takes one.</summary>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public (string Path, SafeFileHandle File) Take()
    {
        if (ready.Count < Batch && Interlocked.Exchange(ref isMaking, 1) == 0)
            ThreadPool.QueueUserWorkItem(_ => MakeAhead());
        while (true)
        {
            if (ready.TryDequeue(out var taken))
                return taken;
            lock (making)
            {
                if (ready.IsEmpty)
                    Make();
            }
        }
    }

    /// <summary>Lets go of those that nobody took: a volume that failed may be another one when it is back, and these would fail for ever.</summary>
    public void Discard()
    {
        while (ready.TryDequeue(out var one))
            Discard(one.Path, one.File);
    }

    /// <summary>Closes and removes those that nobody took; none is made any more, nor is one being made.</summary>
    public void Dispose()
    {
        lock (making)
            isClosed = true;
        Discard();
    }

    private static void Discard(string path, SafeFileHandle file)
    {
        file.Dispose();
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next start removes it.
        }
    }

    private void MakeAhead()
    {
        try
        {
            lock (making)
            {
                if (!isClosed)
                    Make();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Whoever needs one next meets it, and answers for it.
        }
        finally
        {
            Interlocked.Exchange(ref isMaking, 0);
        }
    }

    private void Make()
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        var made = new List<(string Path, SafeFileHandle File)>();
        try
        {
            for (var number = 0; number < Batch; number++)
            {
                var path = Path.Combine(folder, $"{Guid.NewGuid():N}{Spool.Unfinished}");
                made.Add((path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)));
            }

            DurableFiles.FlushFolder(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            made.ForEach(one => Discard(one.Path, one.File));
            throw;
        }

        made.ForEach(ready.Enqueue);
    }
}
