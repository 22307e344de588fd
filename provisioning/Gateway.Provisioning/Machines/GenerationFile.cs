using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;

namespace Gateway.Provisioning.Machines;

/// <summary>The generations that were recorded, the newest last, beside the journal. It lies on the machine's own disk on purpose: set back with it, it names the generation of then.</summary>
/// <param name="stateRoot">The state root.</param>
internal sealed class GenerationFile(string stateRoot)
{
    private readonly string path = Path.Combine(stateRoot, "generations.json");

    /// <summary>What was recorded last, or null.</summary>
    /// <exception cref="RefusedException">The file holds no generations (GW6010).</exception>
    public RecordedGeneration? Last => Read() is [.., var last] ? last : null;

    /// <summary>Records a generation.</summary>
    /// <param name="generation">The generation.</param>
    public void Append(RecordedGeneration generation) =>
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes<RecordedGeneration[]>([.. Read(), generation], ManifestJson.Indented));

    private RecordedGeneration[] Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<RecordedGeneration[]>(File.ReadAllBytes(path), ManifestJson.Compact) ?? [] : [];
        }
        catch (JsonException e)
        {
            throw new RefusedException(Diagnostic.Error("GW6010", $"{path} holds no recorded generations: {e.Message}", "Put it back from a backup. Without it nobody knows whether the machine was set back: look through what it sent and received, then move the file away."), e);
        }
    }
}
