using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Applying;

/// <summary>
/// The promise of the journal: every change stands in it before it is made, with the state to go back to, and again when it is done; each line is on the device
/// before the next step begins; each line carries the hash of the one before, and an anchor beside the journal the hash of the last, so that a line that was changed
/// or taken out is noticed wherever it stood. A line that a power loss cut off is not there: what it would have announced has not begun.
/// </summary>
public sealed class Journal
{
    private static readonly Sha256Digest Beginning = Sha256Digest.TryRead(new string('0', 64), out var zeros) ? zeros : default;
    private readonly IJournalFile file;
    private readonly TimeProvider clock;
    private readonly List<JournalEntry> entries = [];
    private long validBytes;
    private bool lacksNewline;
    private bool anchorIsBehind;

    private Journal(IJournalFile file, TimeProvider clock) => (this.file, this.clock) = (file, clock);

    /// <summary>Every line, in order.</summary>
    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <summary>Hash of the last line.</summary>
    public Sha256Digest Head { get; private set; } = Beginning;

    /// <summary>Reads a journal and checks its chain.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="clock">Says when.</param>
    /// <exception cref="RefusedException">The chain is broken (GW3101), or a newer version of the product wrote it (GW3104).</exception>
    public static Journal Open(IJournalFile file, TimeProvider clock)
    {
        var journal = new Journal(file, clock);
        var (bytes, anchor) = file.Read();
        var anchored = anchor is null or { Lines: 0 };
        var start = 0;
        while (start < bytes.Length)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            var line = length < 0 ? bytes.AsSpan(start) : bytes.AsSpan(start, length);

            // What stands behind the last newline was cut off by a power loss, unless the anchor knows it: then only the newline is gone.
            if (length < 0 && (anchor is null || anchor.Lines != journal.entries.Count + 1 || Sha256Digest.Of(line) != anchor.Head))
                break;
            if (journal.Parse(line) is not { } entry || entry.Previous != journal.Head)
                throw journal.Broken($"at line {journal.entries.Count + 1}: it was changed, or a line is missing");

            journal.entries.Add(entry);
            journal.Head = Sha256Digest.Of(line);
            journal.lacksNewline = length < 0;
            start += line.Length + (length < 0 ? 0 : 1);
            if (journal.entries.Count == anchor?.Lines)
                anchored = journal.Head == anchor.Head ? true : throw journal.Broken($"at line {anchor.Lines}: it was changed");
        }

        if (!anchored)
            throw journal.Broken($"behind line {journal.entries.Count}: {anchor!.Lines - journal.entries.Count} lines are missing");

        // The anchor follows each line; a power loss between the two leaves it one line behind, never more.
        if (journal.entries.Count - (anchor?.Lines ?? 0) > 1)
            throw journal.Broken(anchor is null ? "at its end: journal.head, which lies beside it, is missing or unreadable" : $"behind line {anchor.Lines}: lines were added");
        journal.anchorIsBehind = journal.entries.Count != (anchor?.Lines ?? 0);
        journal.validBytes = start;
        return journal;
    }

    /// <summary>Appends a line and returns when it is on the device.</summary>
    /// <param name="entry">The line; its chain value and time are set here.</param>
    public void Append(JournalEntry entry)
    {
        MoveAnchor();
        var chained = entry with { Previous = Head, At = clock.GetUtcNow() };
        var line = JsonSerializer.SerializeToUtf8Bytes(chained, ManifestJson.Compact);
        file.Append(validBytes, lacksNewline ? [(byte)'\n', .. line, (byte)'\n'] : [.. line, (byte)'\n']);
        validBytes += line.Length + (lacksNewline ? 2 : 1);
        lacksNewline = false;
        Head = Sha256Digest.Of(line);
        entries.Add(chained);
        anchorIsBehind = true;
        MoveAnchor();
    }

    private void MoveAnchor()
    {
        if (!anchorIsBehind)
            return;
        file.Anchor(new JournalAnchor(entries.Count, Head));
        anchorIsBehind = false;
    }

    private JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var entry = JsonSerializer.Deserialize<JsonElement>(line, ManifestJson.Compact);
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.Number && format.GetInt32() > JournalEntry.CurrentFormat)
            {
                throw new RefusedException(Diagnostic.Error(
                    "GW3104",
                    $"Line {entries.Count + 1} of the journal {file.Name} was written by a newer version of the product.",
                    $"Use that version{(entries.LastOrDefault(e => e.Product is not null) is { Product: { } product } ? $" (the last one before it was {product})" : "")} on this machine; this one changes nothing here."));
            }

            return entry.Deserialize<JournalEntry>(ManifestJson.Compact);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
        {
            return null;
        }
    }

    private RefusedException Broken(string where) => new(Diagnostic.Error(
        "GW3101",
        $"The journal {file.Name} is broken {where}.",
        "Nothing is changed on a machine whose journal cannot be trusted. Restore the file and journal.head from a backup, or move both away to begin anew; then earlier runs can no longer be rolled back."));
}
