using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Service.Tests.Peers;

/// <summary>An Orthanc of its own: DICOM and HTTP on free loopback ports, its database in a temporary folder.</summary>
public sealed class Orthanc : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("orthanc-").FullName;
    private readonly int httpPort = Dcmtk.FreePort();
    private readonly HttpClient http = new();
    private Process? process;

    private Orthanc()
    {
    }

    public int Port { get; } = Dcmtk.FreePort();

    /// <summary>Starts one.</summary>
    /// <param name="gatewayPort">Where DICOMMAIL listens, which it may ask for commitment and report to; 0 for nowhere.</param>
    public static async Task<Orthanc> StartAsync(int gatewayPort = 0)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("Orthanc"), "Orthanc is not installed");
        var orthanc = new Orthanc();
        var configuration = Path.Combine(orthanc.folder, "orthanc.json");
        await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(new
        {
            Name = "test", StorageDirectory = orthanc.folder, IndexDirectory = orthanc.folder, Plugins = Array.Empty<string>(),
            HttpServerEnabled = true, HttpPort = orthanc.httpPort, RemoteAccessAllowed = false,
            DicomServerEnabled = true, DicomAet = "ORTHANC", DicomPort = orthanc.Port, DicomCheckCalledAet = true, DicomAlwaysAllowStore = true,
            DicomModalities = gatewayPort == 0 ? [] : new Dictionary<string, object[]> { ["gateway"] = ["DICOMMAIL", "127.0.0.1", gatewayPort] },
        }));
        orthanc.process = Dcmtk.Start("Orthanc", [configuration]);
        _ = orthanc.process.StandardOutput.ReadToEndAsync();
        _ = orthanc.process.StandardError.ReadToEndAsync();
        await Dcmtk.WaitForPortAsync(orthanc.Port, CancellationToken.None);
        await Dcmtk.WaitForPortAsync(orthanc.httpPort, CancellationToken.None);
        return orthanc;
    }

    /// <summary>Has it ask the gateway to commit itself, by class and instance; gives the id of the transaction.</summary>
    public async Task<string> AskAsync(params IEnumerable<(string Class, string Instance)> instances)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri($"http://127.0.0.1:{httpPort}/modalities/gateway/storage-commitment"),
            new JsonObject { ["DicomInstances"] = new JsonArray([.. instances.Select(one => new JsonObject { ["SOPClassUID"] = one.Class, ["SOPInstanceUID"] = one.Instance })]) },
            TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["ID"]!;
    }

    /// <summary>What it was told about a transaction: its state, and the failure reasons by instance.</summary>
    public async Task<(string Status, IReadOnlyDictionary<string, int> Failures)> ReportAsync(string transaction)
    {
        var report = (await http.GetFromJsonAsync<JsonObject>(new Uri($"http://127.0.0.1:{httpPort}/storage-commitment/{transaction}"), TestContext.Current.CancellationToken))!;
        return ((string)report["Status"]!, (report["Failures"]?.AsArray() ?? []).ToDictionary(one => (string)one!["SOPInstanceUID"]!, one => (int)one!["FailureReason"]!));
    }

    /// <summary>The files of all its instances.</summary>
    public async Task<IReadOnlyList<byte[]>> FilesAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var ids = await http.GetFromJsonAsync<string[]>(new Uri($"http://127.0.0.1:{httpPort}/instances"), cancellation);
        var files = new List<byte[]>();
        foreach (var id in ids!)
            files.Add(await http.GetByteArrayAsync(new Uri($"http://127.0.0.1:{httpPort}/instances/{id}/file"), cancellation));
        return files;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
