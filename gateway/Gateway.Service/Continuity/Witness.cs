using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Service.Spooling;

namespace Gateway.Service.Continuity;

/// <summary>
/// What the volume of the data folder remembers of the ledger, which lies on that of the spool: a line that was on the device, when the
/// service was last alive, and whether it stopped as asked. A ledger that lacks the line was set back.
/// </summary>
/// <param name="Line">The number of the last line that was on the device; 0 where there was none.</param>
/// <param name="LineAt">When that line was written, to the tick: another past has another one under the same number.</param>
/// <param name="AliveAt">When the service was last alive, UTC.</param>
/// <param name="HasStopped">Whether it stopped as asked.</param>
internal sealed record Witness(
    [property: JsonPropertyName("line")] long Line, [property: JsonPropertyName("lineAt")] DateTimeOffset LineAt, [property: JsonPropertyName("aliveAt")] DateTimeOffset AliveAt,
    [property: JsonPropertyName("hasStopped")] bool HasStopped)
{
    /// <summary>The name of its file.</summary>
    public const string FileName = "witness.json";

    /// <summary>Reads it; null where there is none, or none that is whole.</summary>
    /// <param name="path">Its file.</param>
    public static Witness? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Witness>(File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it in place of the last one, and returns when its bytes are on the device.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="IOException">The volume is full or fails.</exception>
    public void Write(string path)
    {
        var unfinished = path + Spool.Unfinished;
        using (var file = File.Create(unfinished))
        {
            JsonSerializer.Serialize(file, this);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
