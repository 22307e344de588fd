using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Wine.Tests;

namespace Gateway.Bench;

/// <summary>A receiving program on a loopback port, with its own folder on the disk of this machine.</summary>
internal sealed class Receiver : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;

    private Receiver(string name, string aeTitle, int port, string folder, Process process)
    {
        (Name, AeTitle, Port, Folder) = (name, aeTitle, port, folder);
        this.process = process;
    }

    /// <summary>How the table calls it.</summary>
    public string Name { get; }

    // As it is delivered, for this system, once a run.
    private static readonly Lazy<Task<string>> Published = new(async () =>
    {
        var program = Path.Combine(Tools.Root, "artifacts", "bench-program");
        await Tools.MustAsync("dotnet", ["publish", Path.Combine(Tools.Root, "gateway", "Gateway.Service"), "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", program, "-v", "q", "-nodeReuse:false"], CancellationToken.None);
        return program;
    });

    /// <summary>The AE title to call.</summary>
    public string AeTitle { get; }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Processor seconds that it has used so far, with its processes that have ended (proc(5), fields 14 to 17 of stat).</summary>
    public double CpuSeconds => File.ReadAllText($"/proc/{process.Id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[11..15]
        .Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / 100.0;

    /// <summary>The most memory that it has had in use so far, in bytes.</summary>
    public long PeakBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>The gateway, as it is delivered: every image is on the device before it is acknowledged.</summary>
    public static async Task<Receiver> GatewayAsync(string root, Func<string, string>? change = null)
    {
        var (folder, port) = (Directory.CreateDirectory(Path.Combine(root, "gateway")).FullName, FreePort());
        foreach (var below in new[] { "D/VISUS/data", "D/VISUS/logs", "E/VISUS/images", "E/VISUS/scan" })
            Directory.CreateDirectory(Path.Combine(folder, below));
        var configuration = Path.Combine(folder, "gateway.json");
        await File.WriteAllTextAsync(configuration, (change ?? (text => text))(Configuration(port, FreePort())));
        return await StartAsync("gateway", "DICOMMAIL", port, folder, Path.Combine(await Published.Value, "Gateway.Service"), ["--config", configuration, "--drives", folder]);
    }

    /// <summary>DCMTK's storescp, which flushes nothing.</summary>
    public static Task<Receiver> StorescpAsync(string root) => StorescpAsync(root, FreePort());

    /// <summary>The same on a given port.</summary>
    public static async Task<Receiver> StorescpAsync(string root, int port)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "storescp")).FullName;
        return await StartAsync("storescp", "STORESCP", port, folder, "storescp", ["--fork", "-pdu", "131072", "-aet", "STORESCP", "-od", folder, port.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <summary>Orthanc with its defaults, which flushes.</summary>
    public static async Task<Receiver> OrthancAsync(string root)
    {
        var (folder, port) = (Directory.CreateDirectory(Path.Combine(root, "orthanc")).FullName, FreePort());
        var configuration = Path.Combine(folder, "orthanc.json");
        await File.WriteAllTextAsync(configuration, $$"""
            { "Name": "bench", "StorageDirectory": "{{folder}}/storage", "IndexDirectory": "{{folder}}/index", "DicomAet": "ORTHANC", "DicomPort": {{port}}, "HttpServerEnabled": false, "Plugins": [] }
            """);
        return await StartAsync("Orthanc", "ORTHANC", port, folder, "Orthanc", [configuration]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>A free loopback port.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<Receiver> StartAsync(string name, string aeTitle, int port, string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TCP_NODELAY"] = "1"; // DCMTK waits for more bytes otherwise
        var process = Process.Start(start)!;
        var complaints = new ConcurrentQueue<string>();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => complaints.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return new Receiver(name, aeTitle, port, folder, process);
            }
            catch (SocketException) when (clock.Elapsed < Patience && !process.HasExited)
            {
                // not yet
            }
            catch (SocketException)
            {
                throw new InvalidOperationException($"{name} does not listen: {string.Join(' ', complaints)}");
            }
        }
    }

    private static string Configuration(int port, int healthPort) => $$"""
        {
          "formatVersion": 1, "site": "bench",
          "dicom": {
            "aeTitle": "DICOMMAIL", "bindAddress": "127.0.0.1", "port": {{port}}, "maximumPduBytes": 131072, "maximumObjectBytes": 8589934592, "maximumAssociations": 64,
            "idleTimeoutSeconds": 60, "tls": { "certificateFile": "", "keyFile": "", "keyPasswordFile": "", "certificateSubject": "", "authorityFile": "", "checkPeer": true }, "callers": [ { "aeTitle": "BENCH", "addresses": ["127.0.0.1"], "userName": "", "passcodeFile": "", "maximumOperations": 1 } ], "emergencyAeTitle": "EMERGENCY", "bulkAeTitle": ""
          },
          "spool": { "folder": "E:\\VISUS\\images", "emergencyReserveBytes": 0, "floorBytes": 0, "keepDeliveredHours": 168, "keepAtMostDays": 30 },
          "index": { "provider": "sqlite", "file": "D:\\VISUS\\data\\index.db", "server": "", "port": 0, "database": "", "user": "", "passwordFile": "" },
          "targets": { "dicom": [], "partners": [] }, "routes": [],
          "mail": {
            "transport": "none", "address": "", "account": "", "folder": "", "servers": [], "authoritySha256": "", "authorityFile": "", "revocation": "off", "certificateSubject": "",
            "certificateFile": "", "pollSeconds": 1, "checkAt": "", "keysFolder": "D:\\VISUS\\data\\keys", "partnersFolder": "D:\\VISUS\\data\\partners", "scanFolder": "E:\\VISUS\\scan", "scanCommand": []
          },
          "completion": { "seriesSeconds": 60, "studySeconds": 120, "forcedSeconds": 900, "emergencyInstances": 25, "emergencyMilliseconds": 500 },
          "retry": { "firstSeconds": 10, "longestSeconds": 600, "giveUpHours": 72 },
          "health": { "address": "127.0.0.1", "port": {{healthPort}} },
          "logs": { "folder": "D:\\VISUS\\logs", "retainDays": 30 },
          "audit": { "folder": "D:\\VISUS\\logs\\audit", "retainDays": 365 },
          "syslog": { "host": "", "port": 0, "authorityFile": "" },
          "alarms": {
            "emergencyMinutes": 15, "quietMinutes": 60,
            "mail": { "host": "", "port": 0, "startTls": "required", "authorityFile": "", "from": "", "to": [] },
            "webhook": { "url": "", "tokenFile": "" }
          }
        }
        """;
}
