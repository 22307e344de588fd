using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Storage;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>The service as a process of its own, with its drives in a temporary folder and free loopback ports.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private readonly StringBuilder output = new();
    private readonly string root = Directory.CreateTempSubdirectory("gateway-").FullName;
    private Process? process;

    public GatewayProcess(Action<JsonObject>? change = null)
    {
        Directory.CreateDirectory(SpoolFolder);
        Directory.CreateDirectory(Path.GetDirectoryName(LedgerFile)!);
        Directory.CreateDirectory(LogFolder);
        var configuration = JsonNode.Parse(SampleConfiguration.Text)!.AsObject();
        configuration["dicom"]!["port"] = Port;
        configuration["health"]!["port"] = HealthPort;
        change?.Invoke(configuration);
        File.WriteAllText(ConfigurationFile, configuration.ToJsonString());
    }

    public int Port { get; } = Dcmtk.FreePort();

    public int HealthPort { get; } = Dcmtk.FreePort();

    public string ConfigurationFile => Path.Combine(root, "gateway.json");

    public string SpoolFolder => Path.Combine(root, "E", "VISUS", "images");

    public string LedgerFile => Path.Combine(root, "D", "VISUS", "data", "ledger.db");

    public string LogFolder => Path.Combine(root, "D", "VISUS", "logs");

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public IReadOnlyList<string> StoredFiles => Directory.GetFiles(SpoolFolder, "*.dicom", SearchOption.AllDirectories);

    public IReadOnlyList<string> UnfinishedFiles => Directory.GetFiles(Path.Combine(SpoolFolder, "incoming"));

    public RequestorOptions Caller => new(new IPEndPoint(IPAddress.Loopback, Port), AeTitle.Parse("PACS"), AeTitle.Parse("DICOMMAIL"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<GatewayProcess> StartedAsync(Action<JsonObject>? change = null)
    {
        var gateway = new GatewayProcess(change);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>Starts the process and waits until it is healthy or degraded.</summary>
    public async Task StartAsync()
    {
        process = Launch();
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 400 && !process.HasExited; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{HealthPort}/health"), Cancellation);
                if (!process.HasExited)
                    return;
            }
            catch (HttpRequestException)
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

    public async Task<long> CountAsync(string name) => (long)(await HealthAsync()).Report["counts"]![name]!;

    public async Task<DimseStatus> EchoAsync()
    {
        await using var client = await StorageClient.ConnectAsync(Caller, StorageProposal.For([]), Cancellation);
        var status = await client.EchoAsync(Cancellation);
        await client.ReleaseAsync(Cancellation);
        return status;
    }

    public async Task<DimseStatus> StoreAsync(CtPhantom phantom)
    {
        await using var client = await StorageClient.ConnectAsync(Caller, StorageProposal.For([phantom.Meta]), Cancellation);
        var status = await client.StoreAsync(new MemoryStream(phantom.ToFile()), null, Cancellation);
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
