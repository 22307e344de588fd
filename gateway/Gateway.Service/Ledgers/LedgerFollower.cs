using System.Globalization;

namespace Gateway.Service.Ledgers;

/// <summary>
/// Reads the ledger while it is written, and remembers where it was: each line is read once. Lines that a damaged file lacks are passed over.
/// </summary>
/// <param name="files">The files of the ledger, in order.</param>
/// <param name="number">The number of the last line that is known already.</param>
internal sealed class LedgerFollower(Func<IEnumerable<string>> files, long number)
{
    private string? file;
    private long position;

    /// <summary>The number of the last line that was read.</summary>
    public long Number { get; private set; } = number;

    /// <summary>The next lines, as far as they are written.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<LedgerLine> Next(int most)
    {
        var lines = new List<LedgerLine>();
        var all = files().ToList();
        file ??= all.LastOrDefault(one => FirstOf(one) <= Number + 1) ?? all.FirstOrDefault();
        while (file is not null)
        {
            Read(file, most, lines);
            if (lines.Count == most || all.Find(one => string.CompareOrdinal(one, file) > 0) is not { } next)
                break;
            (file, position) = (next, 0);
        }

        return lines;
    }

    private void Read(string path, int most, List<LedgerLine> lines)
    {
        foreach (var (line, end) in LedgerReader.Lines(path, position))
        {
            if (line is null)
            {
                // Half written, or torn: if another comes behind it, it will not become whole.
                continue;
            }

            position = end;
            if (line.Number <= Number)
                continue;
            Number = line.Number;
            lines.Add(line);
            if (lines.Count == most)
                return;
        }
    }

    private static long FirstOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path)["ledger-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first : 0;
}
