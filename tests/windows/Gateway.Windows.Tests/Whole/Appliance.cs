using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Manifest;
using Xunit;

namespace Gateway.Windows.Tests.Whole;

/// <summary>
/// The appliance of the default site on this computer, from <c>gwctl apply</c> until everything is taken back. It stands in D:\VISUS, where the manifest has it, and runs
/// only where none stands yet. Its servers have names that cannot exist (RFC 2606): nobody's real server is asked. Whatever requirement this machine does not meet is
/// accepted by a waiver of the test's own, by name; nothing else is.
/// </summary>
[SupportedOSPlatform("windows")]
public sealed class Appliance : IAsyncLifetime
{
    /// <summary>The service that is built.</summary>
    public const string Service = "DicomMailGateway";

    private static readonly string[] Folders = [@"D:\VISUS", @"D:\mariaDB", @"E:\VISUS", @"E:\backup"];
    private readonly string folder = Path.Combine(Path.GetTempPath(), ThisMachine.NewName());
    private bool ours;
    private bool taskFolderWasThere;

    /// <summary>Why there can be no appliance here, or null.</summary>
    public string? Missing { get; private set; }

    /// <summary>The port of its DICOM listener.</summary>
    public int DicomPort { get; } = FreePort();

    /// <summary>The port where it says how it is.</summary>
    public int HealthPort { get; } = FreePort();

    /// <summary>The requirements that this machine does not meet and that a waiver accepts.</summary>
    internal IReadOnlyList<string> Waived { get; private set; } = [];

    /// <summary>The machine before anything was done, as Windows' own tools see it.</summary>
    internal MachinePicture Before { get; private set; } = MachinePicture.None;

    internal static string Program => Path.Combine(@"D:\VISUS\gateway", ProductVersion.Text, "gwctl.exe");

    /// <summary>What names manifest and overlay to Windows Installer.</summary>
    internal string Properties => $"MANIFEST=\"{Manifest}\" OVERLAY=\"{Overlay}\"";

    private string Manifest => Path.Combine(folder, "appliance.json");

    private string Overlay => Path.Combine(folder, "Röntgen Süd.json");

    public async ValueTask InitializeAsync()
    {
        var cancel = CancellationToken.None;
        Missing = Permission.WhyNot(changes: true) ?? ThisMachine.WhyNoDrives("D:", "E:") ?? WhyNoPayloads() ?? await WhyNotFreeAsync(cancel);
        if (Missing is not null)
            return;
        ours = true;
        Directory.CreateDirectory(folder);
        taskFolderWasThere = await TaskFolder.ExistsAsync(cancel);
        Before = await MachinePicture.TakeAsync(cancel);
        await LayDownAsync(Path.GetDirectoryName(Program)!, cancel);
        await File.WriteAllTextAsync(Manifest, EmbeddedFiles.Text("appliance.json"), cancel);
        await WriteOverlayAsync(cancel);
        Succeeded(await WindowsTool.StartAsync(Program, ["secret", "monitoring-registration", Manifest, "--overlay", Overlay], "s3cret-of-the-test\r\n", cancel));

        // What this machine is not, is accepted: a runner is no server of a hospital.
        var preflight = await GwctlAsync(cancel, "preflight", "--json");
        if (preflight.ExitCode is not (0 or 3 or 4))
            throw new InvalidOperationException(preflight.ToString());
        Waived = [.. JsonNode.Parse(preflight.Output)!["controls"]!.AsArray().Where(c => (string)c!["verdict"]! is "notMet" or "error").Select(c => (string)c!["control"]!)];
        await WriteOverlayAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (!ours)
            return;
        var cancel = CancellationToken.None;
        KeepReports();
        await TakeBackAsync(cancel);
        foreach (var service in new[] { "GatewayProvisioning", Service }) // what a failed test left
        {
            await WindowsTool.RunAsync("sc", cancel, "stop", service);
            await WindowsTool.RunAsync("sc", cancel, "delete", service);
        }

        await WindowsTool.AskAsync(
            """
            Remove-NetFirewallRule -Name 'GW-*' -ErrorAction SilentlyContinue
            Remove-Item -Recurse 'HKLM:\SOFTWARE\VISUS', 'HKLM:\SOFTWARE\Example hospital' -ErrorAction SilentlyContinue
            if ([System.Diagnostics.EventLog]::SourceExists('gwctl')) { Remove-EventLog -Source gwctl }
            """, cancel);
        await WindowsTool.RunAsync("schtasks", cancel, "/delete", "/tn", @"\DICOM-Mail Gateway\DICOM-Mail Gateway backup", "/f");
        if (!taskFolderWasThere && await TaskFolder.ExistsAsync(cancel))
            await TaskFolder.RemoveAsync(cancel);
        foreach (var made in Folders.Append(folder).Where(Directory.Exists))
            Directory.Delete(made, recursive: true);
    }

    /// <summary>Skips a test where there can be no appliance.</summary>
    internal void Need() => Permission.Skip(Missing);

    /// <summary>Runs a command of <c>gwctl</c> on the manifest.</summary>
    internal Task<Ended> GwctlAsync(CancellationToken cancel, params string[] command) =>
        WindowsTool.StartAsync(Program, [command[0], Manifest, "--overlay", Overlay, .. command[1..]], "", cancel);

    /// <summary>Builds it.</summary>
    internal async Task ApplyAsync(CancellationToken cancel) => HoldsButForWhatCannotBeLookedAt(await GwctlAsync(cancel, "apply", "--json"), "left");

    /// <summary>
    /// Holds an answer to what can be looked at on this machine; the rest is named as not looked at. A machine whose Windows waits for a restart says so by its exit code.
    /// </summary>
    internal void HoldsButForWhatCannotBeLookedAt(Ended ended, string list)
    {
        Assert.True(ended.ExitCode is 0 or 2 or 4, $"{ended}\nwaived: {string.Join(", ", Waived)}");
        Assert.All(JsonNode.Parse(ended.Output)![list]!.AsArray(), one => Assert.True(one!.ToString().Contains("could not be looked at", StringComparison.Ordinal), $"{one}\nwaived: {string.Join(", ", Waived)}"));
    }

    /// <summary>Takes every run back, the last one first.</summary>
    internal async Task TakeBackAsync(CancellationToken cancel)
    {
        for (var runs = 0; File.Exists(Program) && (await GwctlAsync(cancel, "rollback")).ExitCode == 0; runs++)
            Assert.InRange(runs, 0, 9);
    }

    // For whoever reads the results later; the journal, which may hold a stranger's files, goes with the machine.
    private static void KeepReports()
    {
        const string Reports = @"D:\VISUS\state\reports";
        if (Environment.GetEnvironmentVariable("GATEWAY_TEST_RESULTS") is not { Length: > 0 } results || !Directory.Exists(Reports))
            return;
        var kept = Directory.CreateDirectory(Path.Combine(results, "reports")).FullName;
        foreach (var report in Directory.EnumerateFiles(Reports))
            File.Copy(report, Path.Combine(kept, Path.GetFileName(report)), overwrite: true);
    }

    // Third parties' packages are nobody's to put into a repository.
    private static string? WhyNoPayloads() =>
        Payloads is { Length: > 0 } folder && Payload("mariadb-*-winx64.zip") is not null && Payload("check_mk_agent*.msi") is not null ? null : "GATEWAY_PAYLOADS names no folder with mariadb-*-winx64.zip and check_mk_agent*.msi";

    private static string? Payloads => Environment.GetEnvironmentVariable("GATEWAY_PAYLOADS");

    private static string? Payload(string pattern) => Directory.Exists(Payloads) ? Directory.EnumerateFiles(Payloads!, pattern).FirstOrDefault() : null;

    private static string Pinned(string id, string pattern)
    {
        var file = Payload(pattern)!;
        var version = System.Text.RegularExpressions.Regex.Match(Path.GetFileName(file), @"\d+\.\d+") is { Success: true } found ? found.Value : "2";
        return $$"""{ "id": "{{id}}", "version": "{{version}}", "file": "{{Path.GetFileName(file)}}", "sha256": "{{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}}" }""";
    }

    private static async Task<string?> WhyNotFreeAsync(CancellationToken cancel)
    {
        if (Folders.FirstOrDefault(Directory.Exists) is { } there)
            return $"{there} exists: an appliance may stand on this machine, and these tests would remove it";
        var found = await WindowsTool.AskAsync(
            """
            Get-Service DicomMailGateway, DicomMailMariaDB, GatewayProvisioning -ErrorAction SilentlyContinue | ForEach-Object { [pscustomobject]@{ What = "the service $($_.Name)" } }
            Get-NetFirewallRule -Name 'GW-*' -ErrorAction SilentlyContinue | ForEach-Object { [pscustomobject]@{ What = "the firewall rule $($_.Name)" } }
            'HKLM:\SOFTWARE\VISUS', 'HKLM:\SOFTWARE\Example hospital' | Where-Object { Test-Path $_ } | ForEach-Object { [pscustomobject]@{ What = "the registry key $_" } }
            """, cancel);
        return found.Count == 0 ? null : $"this machine has {string.Join(", ", found.Select(f => (string)f["What"]!))}: an appliance may stand on it";
    }

    // As an installer would: one folder, one runtime, two executables. From GATEWAY_PRODUCT, or published here, which needs the SDK and this repository.
    private static async Task LayDownAsync(string to, CancellationToken cancel)
    {
        if (Environment.GetEnvironmentVariable("GATEWAY_PRODUCT") is { Length: > 0 } published)
        {
            Succeeded(await WindowsTool.RunAsync("xcopy", cancel, published, to, "/E", "/I", "/Q", "/Y"));
        }
        else
        {
            foreach (var project in new[] { "provisioning/Gwctl", "gateway/Gateway.Service" })
                Succeeded(await WindowsTool.StartAsync("dotnet", ["publish", Path.Combine(Root(), project), "-c", "Release", "-r", "win-x64", "--self-contained", "-o", to, "-v", "q", "-nodeReuse:false", "-p:RunAnalyzers=false"], "", cancel));
        }
    }

    private async Task WriteOverlayAsync(CancellationToken cancel)
    {
        var waivers = string.Join(", ", Waived.Select(control => $$"""{ "control": "{{control}}", "reason": "this machine is a test's", "owner": "test", "until": "2099-12-31" }"""));
        await File.WriteAllTextAsync(
            Overlay,
            $$"""
            {
              "gateway": { "dicomPort": {{DicomPort}}, "healthPort": {{HealthPort}} },
              "firewall": { "inbound": [ { "id": "dicom-in", "purpose": "site", "ports": ["{{DicomPort}}"], "program": "%GATEWAY%\\Gateway.Service.exe", "remoteAddresses": ["10.20.0.0/16", "LocalSubnet"] } ] },
              "mail": { "servers": [ { "host": "mail1.invalid", "smtpPort": 25, "pop3sPort": 995 } ] },
              "monitoring": { "server": "monitoring.invalid", "registration": null },
              "payloadFolder": {{System.Text.Json.JsonSerializer.Serialize(Payloads)}},
              "payloads": [ {{Pinned("mariadb", "mariadb-*-winx64.zip")}}, {{Pinned("check-mk-agent", "check_mk_agent*.msi")}} ],
              "registry": [ { "id": "ward", "key": "SOFTWARE\\Example hospital\\Gateway", "name": "Ward", "text": "Röntgen" } ],
              "waivers": [ {{waivers}} ]
            }
            """,
            cancel);
    }

    private static void Succeeded(Ended ended)
    {
        if (ended.ExitCode != 0)
            throw new InvalidOperationException(ended.ToString());
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", ".."));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
