namespace Gateway.Service.Ledgers;

/// <summary>Reads a file of the ledger line by line, however long it is.</summary>
internal static class LedgerReader
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>The lines of a file, each with the position behind it; null where a line is not whole.</summary>
    /// <param name="path">The file; another may write it meanwhile.</param>
    /// <param name="from">The position to begin at, behind a line.</param>
    public static IEnumerable<(LedgerLine? Line, long End)> Lines(string path, long from = 0)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        file.Position = from;
        var block = new byte[BlockBytes];
        var (held, end) = (0, from);
        while (true)
        {
            if (held == block.Length)
                Array.Resize(ref block, block.Length * 2); // a delivery of many instances
            var read = file.Read(block, held, block.Length - held);
            if (read == 0)
                break;
            held += read;
            var start = 0;
            while (Array.IndexOf(block, (byte)'\n', start, held - start) is >= 0 and var feed)
            {
                end += feed + 1 - start;
                yield return (LedgerLine.Read(block.AsSpan(start, feed - start)), end);
                start = feed + 1;
            }

            block.AsSpan(start, held - start).CopyTo(block);
            held -= start;
        }

        if (held > 0)
            yield return (null, end + held);
    }
}
