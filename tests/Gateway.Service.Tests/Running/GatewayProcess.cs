using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>The service as a process of its own, with its drives in a temporary folder and free loopback ports.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private readonly StringBuilder output = new();
    private readonly string root = Directory.CreateTempSubdirectory("gateway-").FullName;
    private Process? process;

    /// <summary>A process that is not started yet.</summary>
    /// <param name="change">Changes its configuration.</param>
    /// <param name="port">Its DICOM port, where a peer has to know it before; a free one where it is 0.</param>
    public GatewayProcess(Action<JsonObject>? change = null, int port = 0)
    {
        Port = port == 0 ? Dcmtk.FreePort() : port;
        Directory.CreateDirectory(SpoolFolder);
        Directory.CreateDirectory(Path.GetDirectoryName(IndexFile)!);
        Directory.CreateDirectory(LogFolder);
        Directory.CreateDirectory(ScanFolder);
        var configuration = JsonNode.Parse(SampleConfiguration.Text)!.AsObject();
        configuration["dicom"]!["port"] = Port;
        configuration["health"]!["port"] = HealthPort;
        change?.Invoke(configuration);
        File.WriteAllText(ConfigurationFile, configuration.ToJsonString());
    }

    /// <summary>The folder whose subfolders are the drives.</summary>
    public string Root => root;

    public int Port { get; }

    public int HealthPort { get; } = Dcmtk.FreePort();

    public string ConfigurationFile => Path.Combine(root, "gateway.json");

    public string SpoolFolder => Path.Combine(root, "E", "VISUS", "images");

    public string IndexFile => Path.Combine(root, "D", "VISUS", "data", "index.db");

    public IReadOnlyList<string> LedgerFiles => [.. Directory.GetFiles(Path.Combine(SpoolFolder, "ledger"), "*.jsonl").Order()];

    public string LogFolder => Path.Combine(root, "D", "VISUS", "logs");

    /// <summary>Where the virus scanner looks at documents.</summary>
    public string ScanFolder => Path.Combine(root, "E", "VISUS", "scan");

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public IReadOnlyList<string> StoredFiles => Directory.GetFiles(SpoolFolder, "*.dicom", SearchOption.AllDirectories);

    public IReadOnlyList<string> UnfinishedFiles => [.. Directory.GetFiles(Path.Combine(SpoolFolder, "incoming")).Where(file => new FileInfo(file) is { Exists: true, Length: > 0 })]; // empty ones wait for what comes next

    public RequestorOptions Caller => new(new IPEndPoint(IPAddress.Loopback, Port), AeTitle.Parse("PACS"), AeTitle.Parse("DICOMMAIL"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<GatewayProcess> StartedAsync(Action<JsonObject>? change = null, int port = 0)
    {
        var gateway = new GatewayProcess(change, port);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>The ledger, once it has so many lines.</summary>
    public async Task<string> LedgerAsync(int lines)
    {
        while (true)
        {
            var text = string.Concat(LedgerFiles.Select(ReadShared));
            if (text.Count(c => c == '\n') >= lines)
                return text;
            await Task.Delay(20, Cancellation);
        }
    }

    /// <summary>Waits until the index has so many instances.</summary>
    public async Task UntilIndexedAsync(long instances)
    {
        while (await IndexedAsync() != instances)
            await Task.Delay(20, Cancellation);
    }

    private async Task<long> IndexedAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={IndexFile};Pooling=False;Mode=ReadOnly");
        try
        {
            await connection.OpenAsync(Cancellation);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM instance WHERE state = 'received'";
            return (long)(await command.ExecuteScalarAsync(Cancellation))!;
        }
        catch (SqliteException)
        {
            return -1; // not made yet
        }
    }

    /// <summary>The lines of a file that another program writes.</summary>
    public static IReadOnlyList<string> LinesOf(string path) => ReadShared(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The messages of the audit log.</summary>
    public IReadOnlyList<string> AuditLines() => [.. Directory.GetFiles(Path.Combine(LogFolder, "audit")).Order().SelectMany(LinesOf)];

    /// <summary>The lines of the log.</summary>
    public IReadOnlyList<string> LogLines() => [.. Directory.GetFiles(LogFolder, "*.json").Order().SelectMany(LinesOf)];

    /// <summary>Lays a file beside the database.</summary>
    public void Lay(string name, string text) => File.WriteAllText(Path.Combine(Path.GetDirectoryName(IndexFile)!, name), text);

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Starts the process and waits until it is healthy or degraded.</summary>
    public async Task StartAsync()
    {
        process = Launch();
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 1600 && !process.HasExited; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{HealthPort}/health"), Cancellation);
                if (!process.HasExited)
                    return;
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException) // the second: the start tries the port and lets it go again
            {
                await Task.Delay(25, Cancellation);
            }
        }

        throw new InvalidOperationException($"The service did not start: {Output}");
    }

    /// <summary>Runs the process to its end, which a wrong configuration makes an early one.</summary>
    public async Task<int> RunToEndAsync()
    {
        process = Launch();
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    public async Task<(HttpStatusCode Status, JsonObject Report)> HealthAsync()
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{HealthPort}/health"), Cancellation);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!);
    }

    /// <summary>Asks the loopback API, with the token that the service laid down.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string what)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{HealthPort}/api/{what}"));
        var token = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(IndexFile)!, "api.token"), Cancellation);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request, Cancellation);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
    }

    public async Task<string> MetricsAsync()
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{HealthPort}/metrics"), Cancellation);
    }

    public async Task<long> CountAsync(string name) => (long)(await HealthAsync()).Report["counts"]![name]!;

    public async Task<DimseStatus> EchoAsync()
    {
        await using var client = await StorageClient.ConnectAsync(Caller, StorageProposal.For([]), Cancellation);
        var status = await client.EchoAsync(Cancellation);
        await client.ReleaseAsync(Cancellation);
        return status;
    }

    public async Task<DimseStatus> StoreAsync(CtPhantom phantom, RequestorOptions? caller = null)
    {
        await using var client = await StorageClient.ConnectAsync(caller ?? Caller, StorageProposal.For([phantom.Meta]), Cancellation);
        var status = await client.StoreAsync(new MemoryStream(phantom.ToFile()), null, Cancellation);
        await client.ReleaseAsync(Cancellation);
        return status;
    }

    /// <summary>Sends an instance as it lies in a file.</summary>
    public async Task<DimseStatus> StoreFileAsync(byte[] file, RequestorOptions? caller = null)
    {
        using var stream = new MemoryStream(file);
        var meta = Gateway.Dicom.Part10.Part10Header.Read(stream).Meta;
        await using var client = await StorageClient.ConnectAsync(caller ?? Caller, StorageProposal.For([meta]), Cancellation);
        var status = await client.StoreAsync(stream, null, Cancellation);
        await client.ReleaseAsync(Cancellation);
        return status;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks the process to stop, as systemd does, and waits for it.</summary>
    public async Task<int> StopAsync()
    {
        await Dcmtk.RunAsync("kill", ["-TERM", $"{process!.Id}"], Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await KillAsync();
        process?.Dispose();
        Directory.Delete(root, recursive: true);
    }

    private Process Launch()
    {
        var service = Path.Combine(AppContext.BaseDirectory, "Gateway.Service.dll");
        var started = Dcmtk.Start("dotnet", ["exec", service, "--config", ConfigurationFile, "--drives", root]);
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (output)
                output.AppendLine(line.Data);
        };
        started.OutputDataReceived += keep;
        started.ErrorDataReceived += keep;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }
}
