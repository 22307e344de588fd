using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Applying;

/// <summary>
/// The promise of the journal: every change stands in it before it is made, with the state to go back to, and again when it is done; each line is on the device
/// before the next step begins; each line carries the hash of the one before, so that a line that was changed or taken out is noticed.
/// A line that a power loss cut off is not there: what it would have announced has not begun.
/// </summary>
public sealed class Journal
{
    private static readonly Sha256Digest Beginning = Sha256Digest.TryRead(new string('0', 64), out var zeros) ? zeros : default;
    private readonly IJournalFile file;
    private readonly TimeProvider clock;
    private readonly List<JournalEntry> entries;
    private Sha256Digest head;

    private Journal(IJournalFile file, TimeProvider clock, List<JournalEntry> entries, Sha256Digest head) =>
        (this.file, this.clock, this.entries, this.head) = (file, clock, entries, head);

    /// <summary>Every line, in order.</summary>
    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <summary>Hash of the last line.</summary>
    public Sha256Digest Head => head;

    /// <summary>Reads a journal and checks its chain.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="clock">Says when.</param>
    /// <exception cref="RefusedException">The chain is broken (GW3101).</exception>
    public static Journal Open(IJournalFile file, TimeProvider clock)
    {
        var bytes = file.Read();
        var entries = new List<JournalEntry>();
        var head = Beginning;
        var start = 0;
        while (bytes.AsSpan(start).IndexOf((byte)'\n') is var length && length >= 0)
        {
            var line = bytes.AsSpan(start, length);
            if (Parse(line) is not { } entry || entry.Previous != head)
            {
                throw new RefusedException(Diagnostic.Error(
                    "GW3101",
                    $"The journal {file.Name} is broken at line {entries.Count + 1}: it was changed, or a line is missing.",
                    "Nothing is changed on a machine whose journal cannot be trusted. Restore the file from a backup, or move it away to begin a new one; then earlier runs can no longer be rolled back."));
            }

            entries.Add(entry);
            head = Sha256Digest.Of(line);
            start += length + 1;
        }

        return new Journal(file, clock, entries, head) { ValidBytes = start };
    }

    /// <summary>How many bytes of the file are whole lines.</summary>
    private long ValidBytes { get; set; }

    /// <summary>Appends a line and returns when it is on the device.</summary>
    /// <param name="entry">The line; its chain value and time are set here.</param>
    public void Append(JournalEntry entry)
    {
        var chained = entry with { Previous = head, At = clock.GetUtcNow() };
        var line = JsonSerializer.SerializeToUtf8Bytes(chained, ManifestJson.Compact);
        file.Append(ValidBytes, [.. line, (byte)'\n']);
        ValidBytes += line.Length + 1;
        head = Sha256Digest.Of(line);
        entries.Add(chained);
    }

    private static JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<JournalEntry>(line, ManifestJson.Compact);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>Where a journal lies.</summary>
public interface IJournalFile
{
    /// <summary>Its name, for messages.</summary>
    string Name { get; }

    /// <summary>Its bytes, none when it does not exist.</summary>
    byte[] Read();

    /// <summary>Writes bytes at an offset, cuts off what stood behind it, and returns when they are on the device.</summary>
    /// <param name="offset">Where the last whole line ends.</param>
    /// <param name="bytes">The bytes.</param>
    void Append(long offset, byte[] bytes);
}

/// <summary>A journal on disk.</summary>
/// <param name="path">Its path.</param>
public sealed class JournalFile(string path) : IJournalFile
{
    /// <inheritdoc/>
    public string Name => path;

    /// <inheritdoc/>
    public byte[] Read()
    {
        if (!File.Exists(path))
            return [];

        // Whoever only looks must not keep a running apply from writing.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Append(long offset, byte[] bytes)
    {
        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (stream.Length != offset)
            stream.SetLength(offset);
        stream.Position = offset;
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }
}
