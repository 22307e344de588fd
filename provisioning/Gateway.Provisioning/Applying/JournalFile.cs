using System.Text.Json;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;

namespace Gateway.Provisioning.Applying;

/// <summary>A journal on disk, its anchor in <c>journal.head</c> beside it.</summary>
/// <param name="path">Its path.</param>
public sealed class JournalFile(string path) : IJournalFile
{
    private const int LooksAtMost = 100;
    private readonly string anchorPath = Path.ChangeExtension(path, ".head");

    /// <summary>The journal of a machine.</summary>
    /// <param name="stateRoot">The machine's state root.</param>
    public static JournalFile In(string stateRoot) => new(Path.Combine(stateRoot, "journal.jsonl"));

    /// <inheritdoc/>
    public string Name => path;

    /// <inheritdoc/>
    public (byte[] Lines, JournalAnchor? Anchor) Read()
    {
        // Whoever only looks holds no lock: lines and anchor are of one moment when the anchor did not move meanwhile.
        var anchor = ReadAnchor();
        for (var look = 0; ; look++)
        {
            var lines = ReadWhole(path) ?? [];
            var still = ReadAnchor();
            if (still == anchor || look == LooksAtMost)
                return (lines, anchor);
            anchor = still;
        }
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

    /// <inheritdoc/>
    public void Anchor(JournalAnchor anchor) => DurableFile.Write(anchorPath, JsonSerializer.SerializeToUtf8Bytes(anchor, ManifestJson.Compact));

    private JournalAnchor? ReadAnchor()
    {
        try
        {
            return ReadWhole(anchorPath) is { } bytes ? JsonSerializer.Deserialize<JournalAnchor>(bytes, ManifestJson.Compact) : null;
        }
        catch (JsonException)
        {
            return null; // an anchor that is none anchors nothing; the journal says so when it is opened
        }
    }

    private static byte[]? ReadWhole(string file)
    {
        try
        {
            // Whoever only looks must not keep a running apply from writing.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
