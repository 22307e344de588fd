using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gateway.Rig.PowerShellServer.State;

/// <summary>
/// The machine that the cmdlets act on: one JSON file with a section per contract module, named by GATEWAY_RIG_STATE. Several
/// processes may use it at once: every access holds the file beside it that ends in <c>.lock</c>, and every change replaces the whole
/// file by a flushed one. A missing file is a fresh machine.
/// </summary>
public sealed class RigState
{
    /// <summary>The environment variable that names the state file, as a path that this process understands.</summary>
    public const string Variable = "GATEWAY_RIG_STATE";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly string _path;

    private RigState(string path) => _path = path;

    /// <summary>Opens the state that the environment names.</summary>
    public static RigState FromEnvironment() => new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path
        ? path
        : throw new InvalidOperationException($"{Variable} is not set: it names the JSON file that keeps the rig's Windows."));

    /// <summary>Reads one module's section; a section that is not there is a fresh one.</summary>
    public T Read<T>(string section)
        where T : new()
    {
        using var held = Hold();
        return Section<T>(Load(), section);
    }

    /// <summary>Changes one module's section; other sections stay as they are. What <paramref name="change"/> throws changes nothing.</summary>
    public TResult Update<T, TResult>(string section, Func<T, TResult> change)
        where T : new()
    {
        using var held = Hold();
        var whole = Load();
        var value = Section<T>(whole, section);
        var result = change(value);
        whole[section] = JsonSerializer.SerializeToNode(value, Format);
        Save(whole);
        return result;
    }

    /// <summary>The faults that this state asks for; the environment may ask for more.</summary>
    public IReadOnlyList<string> Faults()
    {
        using var held = Hold();
        return Load()["faults"] is JsonArray faults ? [.. faults.Select(fault => fault!.GetValue<string>())] : [];
    }

    /// <summary>Appends one line to the call log, the file beside the state that ends in <c>.calls.jsonl</c>.</summary>
    public void AppendCall(JsonObject call)
    {
        using var held = Hold();
        File.AppendAllText(_path + ".calls.jsonl", call.ToJsonString() + "\n");
    }

    private static T Section<T>(JsonObject whole, string section)
        where T : new()
        => whole[section] is { } node ? node.Deserialize<T>(Format)! : new T();

    private JsonObject Load() => File.Exists(_path)
        ? JsonNode.Parse(File.ReadAllText(_path), null, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip })!.AsObject()
        : [];

    private void Save(JsonObject whole)
    {
        var next = $"{_path}.{Environment.ProcessId}.next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
            whole.WriteTo(writer, Format);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }
        File.Move(next, _path, overwrite: true);
    }

    private FileStream Hold()
    {
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(15))
        {
            try
            {
                return new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception busy) when (busy is IOException and not DirectoryNotFoundException or UnauthorizedAccessException
                && waited < TimeSpan.FromSeconds(30))
            {
                Thread.Sleep(15);
            }
        }
    }
}
