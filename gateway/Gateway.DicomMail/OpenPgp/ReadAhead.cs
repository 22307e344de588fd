using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Gateway.DicomMail.OpenPgp;

/// <summary>Reads on a second thread, a few blocks ahead. What is shorter than a block needs no thread. A failure there comes when everything before it was read, and again with each further read.</summary>
internal sealed class ReadAhead(ForwardReader source) : ForwardReader
{
    private const int BlockBytes = 1 << 17;
    private const int Blocks = 4;

    private readonly BlockingCollection<(byte[] Bytes, int Count, Exception? Failure)> full = [];
    private readonly BlockingCollection<byte[]> empty = [.. Enumerable.Range(1, Blocks).Select(_ => new byte[BlockBytes])];
    private Task? worker;
    private byte[]? block;
    private int at;
    private int end;
    private bool ended;
    private bool disposed;
    private ExceptionDispatchInfo? failure;

    /// <summary>How many bytes have been read from here.</summary>
    public long Delivered { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (at == end)
        {
            failure?.Throw();
            if (ended || buffer.IsEmpty)
                return 0;
            Next();
        }

        var taken = Math.Min(buffer.Length, end - at);
        block.AsSpan(at, taken).CopyTo(buffer);
        at += taken;
        Delivered += taken;
        return taken;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            (disposed, ended, at, end) = (true, true, 0, 0);
            empty.CompleteAdding();
            while (empty.TryTake(out _))
            {
            }

            worker?.Wait();
            full.Dispose();
            empty.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Next()
    {
        if (block is not null)
            empty.Add(block);
        if (worker is null && block is null)
        {
            full.Add(Block(empty.Take()));
        }
        else if (worker is null)
        {
            worker = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        (block, end, var problem) = full.Take();
        at = 0;
        failure = problem is null ? null : ExceptionDispatchInfo.Capture(problem);
        ended = end < BlockBytes;
    }

    private void Work()
    {
        foreach (var bytes in empty.GetConsumingEnumerable())
        {
            var read = Block(bytes);
            full.Add(read);
            if (read.Count < BlockBytes)
                return;
        }
    }

    // A block that is not full is the last.
    private (byte[] Bytes, int Count, Exception? Failure) Block(byte[] bytes)
    {
        var count = 0;
        try
        {
            for (var read = 1; read > 0 && count < BlockBytes; count += read)
                read = source.Read(bytes, count, BlockBytes - count);
            return (bytes, count, null);
        }
        catch (Exception e)
        {
            return (bytes, count, e);
        }
    }
}
