using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dicom.Tests.Peers;

namespace Gwctl.Tests.Running;

/// <summary>A site's folder: the starting manifest, an overlay with ports of its own, and the directory that a rehearsed machine lives in.</summary>
internal sealed class Site : IDisposable
{
    /// <summary>The facts of a machine as delivered, asked for once.</summary>
    private static readonly Lazy<Task<string>> AsDelivered = new(async () =>
    {
        using var site = new Site();
        return (await CommandLine.RunAsync("facts", site.Manifest, "--root", site.Root)).With(0).Output;
    });

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
        var inbound = new JsonObject
        {
            ["id"] = "dicom-in", ["purpose"] = "site", ["protocol"] = "tcp", ["ports"] = new JsonArray($"{DicomPort}"),
            ["program"] = @"%GATEWAY%\Gateway.Service.exe", ["remoteAddresses"] = new JsonArray("LocalSubnet"),
        };
        differences["firewall"] = new JsonObject { ["inbound"] = new JsonArray(inbound) };
        File.WriteAllText(Overlay, differences.ToJsonString());
    }

    /// <summary>A command on this site's rehearsed machine.</summary>
    public Task<Ended> RunAsync(string command, params string[] more) => CommandLine.RunAsync(ArgumentsOf(command, more));

    public string[] ArgumentsOf(string command, params string[] more) => command switch
    {
        "init" => [command, PathOf($"new-{Guid.NewGuid():N}.json"), .. more],
        "schema" => [command, .. more],
        "validate" => [command, Manifest, "--overlay", Overlay, .. more],
        "check" or "logs" => [command, "--root", Root, .. more],
        "export" => [command, more[0], Manifest, "--overlay", Overlay, .. more[1..]],
        _ => [command, Manifest, "--overlay", Overlay, "--root", Root, .. more],
    };

    /// <summary>Recorded facts of a machine as delivered, different in what the test wants.</summary>
    public async Task<string> WriteFactsAsync(Action<JsonNode> difference)
    {
        var facts = JsonNode.Parse(await AsDelivered.Value)!;
        difference(facts);
        var path = PathOf($"facts-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(path, facts.ToJsonString());
        return path;
    }

    /// <summary>Every folder and file outside the state root with the file's content: what rollback owes.</summary>
    public IReadOnlyList<string> Listing() => ListingOf(Root);

    public static IReadOnlyList<string> ListingOf(string root)
    {
        if (!Directory.Exists(root))
            return [];
        var state = Path.Combine(root, "D", "VISUS", "state");
        string[] parents = [Path.Combine(root, "C"), Path.Combine(root, "D"), Path.Combine(root, "E"), Path.GetDirectoryName(state)!];
        return [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
            .Where(path => path != state && !path.StartsWith(state + "/", StringComparison.Ordinal))
            .Where(path => path != Path.Combine(root, "machine.json") && !parents.Contains(path))
            .Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Name: Path.GetRelativePath(root, path)))
            .Select(entry => Directory.Exists(entry.Path) ? entry.Name + "/" : $"{entry.Name}: {File.ReadAllText(entry.Path, Encoding.Latin1)}")];
    }

    /// <summary>What the facts file models of the machine, without the time of the recording.</summary>
    public async Task<string> ModelAsync()
    {
        var facts = (JsonObject)JsonNode.Parse((await RunAsync("facts", "--json")).With(0).Output)!;
        facts.Remove("recordedAt");
        return Ordered(facts).ToJsonString();

        // The order of a list is nothing that a machine has.
        static JsonNode Ordered(JsonNode node) => node switch
        {
            JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value is null ? null : Ordered(field.Value)))!),
            JsonArray list => new JsonArray([.. list.Select(item => Ordered(item!)).OrderBy(item => item.ToJsonString(), StringComparer.Ordinal)]),
            _ => node.DeepClone(),
        };
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
