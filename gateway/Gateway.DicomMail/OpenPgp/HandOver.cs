using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>Writes on a second thread: blocks go over in their order, and a few wait at most. What is shorter than a block needs no thread. A failure there comes back with the next write.</summary>
internal sealed class HandOver(ForwardWriter next) : ForwardWriter
{
    private const int BlockBytes = 1 << 17;
    private const int Blocks = 4;

    private readonly BlockingCollection<(byte[] Bytes, int Count)> full = [];
    private readonly BlockingCollection<byte[]> empty = [.. Enumerable.Range(1, Blocks - 1).Select(_ => new byte[BlockBytes])];
    private byte[] block = new byte[BlockBytes];
    private int filled;
    private Task? worker;
    private volatile ExceptionDispatchInfo? failure;
    private volatile bool abandoned;
    private bool disposed;

    /// <summary>Nothing that is written from now on goes over.</summary>
    public void Abandon() => abandoned = true;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty && !abandoned)
        {
            if (filled == BlockBytes)
                Pass();
            var taken = Math.Min(buffer.Length, BlockBytes - filled);
            buffer[..taken].CopyTo(block.AsSpan(filled));
            filled += taken;
            buffer = buffer[taken..];
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (worker is not null)
        {
            full.CompleteAdding();
            worker.Wait();
            failure?.Throw();
        }

        next.Write(block.AsSpan(0, filled));
        next.Complete();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            (disposed, abandoned) = (true, true);
            full.CompleteAdding();
            worker?.Wait();
            full.Dispose();
            empty.Dispose();
            next.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Pass()
    {
        worker ??= Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        full.Add((block, filled));
        block = empty.Take();
        filled = 0;
        failure?.Throw();
    }

    private void Work()
    {
        foreach (var (bytes, count) in full.GetConsumingEnumerable())
        {
            try
            {
                if (failure is null && !abandoned)
                    next.Write(bytes.AsSpan(0, count));
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            empty.Add(bytes);
        }
    }
}
