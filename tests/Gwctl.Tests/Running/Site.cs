using System.Text.Json.Nodes;
using Gateway.Dicom.Tests.Peers;

namespace Gwctl.Tests.Running;

/// <summary>A site's folder: the starting manifest, an overlay with ports of its own, and the directory that a rehearsed machine lives in.</summary>
internal sealed class Site : IDisposable
{
    public Site()
    {
        Folder = NewFolder();
        File.Copy(Path.Combine(CommandLine.Repository, "appliance.json"), Manifest);
        WriteOverlay(new JsonObject());
    }

    public string Folder { get; }

    public string Manifest => PathOf("appliance.json");

    public string Overlay => PathOf("site.json");

    public string Root => PathOf("machine");

    public string State => Path.Combine(Root, "D", "VISUS", "state");

    public string Journal => Path.Combine(State, "journal.jsonl");

    public string GatewayConfiguration => Path.Combine(Root, "D", "VISUS", "config", "gateway.json");

    public int DicomPort { get; } = Dcmtk.FreePort();

    public int HealthPort { get; } = Dcmtk.FreePort();

    /// <summary>In memory where there is a file system for that.</summary>
    public static string NewFolder() =>
        Directory.CreateDirectory(Path.Combine(
            Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"gwctl-test-{Guid.NewGuid():N}")).FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>The site's differences: its ports, and what the test wants on top.</summary>
    public void WriteOverlay(JsonObject differences)
    {
        var gateway = differences["gateway"] as JsonObject ?? [];
        gateway["dicomPort"] = DicomPort;
        gateway["healthPort"] = HealthPort;
        differences["gateway"] = gateway;
        File.WriteAllText(Overlay, differences.ToJsonString());
    }

    /// <summary>A command on this site's rehearsed machine.</summary>
    public Task<Ended> RunAsync(string command, params string[] more) => CommandLine.RunAsync(ArgumentsOf(command, more));

    public string[] ArgumentsOf(string command, params string[] more) => command switch
    {
        "init" => [command, PathOf($"new-{Guid.NewGuid():N}.json"), .. more],
        "schema" => [command, .. more],
        "validate" => [command, Manifest, "--overlay", Overlay, .. more],
        _ => [command, Manifest, "--overlay", Overlay, "--root", Root, .. more],
    };

    /// <summary>Recorded facts of a machine as delivered, different in what the test wants.</summary>
    public async Task<string> WriteFactsAsync(Action<JsonNode> difference)
    {
        var elsewhere = PathOf($"elsewhere-{Guid.NewGuid():N}");
        var facts = JsonNode.Parse((await CommandLine.RunAsync("facts", Manifest, "--root", elsewhere)).With(0).Output)!;
        difference(facts);
        var path = PathOf($"facts-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(path, facts.ToJsonString());
        return path;
    }

    /// <summary>Every folder and file outside the state root with the file's content: what rollback owes.</summary>
    public IReadOnlyList<string> Listing() =>
        [.. Directory.Exists(Root)
            ? Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories)
                .Where(path => !(path + "/").StartsWith(State + "/", StringComparison.Ordinal) && path != Path.Combine(Root, "machine.json"))
                .Order(StringComparer.Ordinal)
                .Select(path => Directory.Exists(path) ? path + "/" : $"{path} {Convert.ToHexString(File.ReadAllBytes(path))}")
            : []];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
