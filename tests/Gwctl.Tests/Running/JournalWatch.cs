using System.Diagnostics;

namespace Gwctl.Tests.Running;

/// <summary>Looks at a journal without pause, so that a run can be met at a line.</summary>
internal static class JournalWatch
{
    /// <summary>Until the journal has that many more lines than now; a journal that is not there yet has none.</summary>
    public static Task UntilGrownByAsync(string journal, int lines) => UntilAsync(journal, LinesOf(journal) + lines);

    /// <summary>Until the journal has that many lines, or a while has passed.</summary>
    public static Task UntilAsync(string journal, int lines) => Task.Run(() =>
    {
        for (var clock = Stopwatch.StartNew(); LinesOf(journal) < lines;)
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(30))
                throw new TimeoutException($"the journal has {LinesOf(journal)} lines, not {lines}");
            Thread.Sleep(0);
        }
    });

    public static int LinesOf(string journal)
    {
        try
        {
            using var file = new FileStream(journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            return bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).Count((byte)'\n');
        }
        catch (IOException)
        {
            return 0; // not there yet
        }
    }
}
