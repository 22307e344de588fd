using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>A machine of Wine's with an MSI on its C:, on which nothing is installed yet.</summary>
internal static class MsiMachine
{
    /// <summary>Names manifest and overlay to Windows Installer; the overlay's name has a blank and an umlaut.</summary>
    public const string Manifest = @"MANIFEST=C:\appliance.json OVERLAY=""C:\Röntgen Süd.json""";

    public const string Install = @"/i C:\Gateway.msi " + Manifest;

    public const string Uninstall = @"/x C:\Gateway.msi " + Manifest;

    /// <summary>Controls that a scenario waives: their servers are not part of it, and Wine keeps no rights of keys.</summary>
    public static readonly string[] Waived = ["NET-1", "NET-2", "NET-3", "MON-2", "MON-4", "X-CERT"];

    // What the installer remembers of its last run, until Windows restarts.
    private const string UntilRestart = "DICOM-Mail Gateway Installation";

    private const string Programs = @"VISUS/gateway";

    /// <summary>Makes one.</summary>
    public static async Task<WineMachine> ReadyAsync(PreparedWine prepared, CancellationToken cancel, string driveD = "50G", string? display = null)
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var machine = await WineMachine.StartAsync(prepared, cancel, driveD, isLaidDown: false, display);
        try
        {
            await machine.WriteManifestAsync("", cancel, Waived);
            await machine.RunDefenderAsync(cancel);
            File.Copy(await prepared.Msi.ThisAsync(), Path.Combine(machine.DriveC, "Gateway.msi"));
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Installs, and the second stage is done.</summary>
    public static async Task InstalledAsync(this WineMachine machine, CancellationToken cancel)
    {
        var (code, log) = await machine.MsiexecAsync(Install, cancel);
        Assert.True(code == 0, $"{code}\n{log}");
        await machine.UntilStandingAsync("verified", cancel);

        // The service looks once more after its second stage, and writes the second report.
        for (var waited = 0; Directory.EnumerateFiles(Path.GetDirectoryName(machine.InstallationLog)!, "*.html").Count() < 2; waited++)
        {
            Assert.True(waited < 300, "the service has not looked again");
            await Task.Delay(200, cancel);
        }

        await machine.UntilQuietAsync(cancel);
    }

    /// <summary>Compiles a program of tests/rig/msi for Windows.</summary>
    public static Task CompileAsync(string source, string to, CancellationToken cancel, params string[] libraries) => Tools.MustAsync(
        "x86_64-w64-mingw32-gcc", ["-municode", "-O1", "-Wall", "-Wextra", "-Werror", "-s", "-o", to, Path.Combine(Tools.Root, "tests", "rig", "msi", source), .. libraries], cancel);

    /// <summary>Takes a fault of the rig on, or off with none.</summary>
    public static void Fault(this WineMachine machine, params string[] names) => machine.ChangeState(state => state["faults"] = new JsonArray([.. names.Select(name => (JsonNode)name)]));

    /// <summary>Whether the program of a version lies there.</summary>
    public static bool HasProgram(this WineMachine machine, string version = "0.1.0") => File.Exists(Path.Combine(machine.DriveD, Programs, version, "gwctl.exe"));

    /// <summary>Both services run.</summary>
    public static async Task AssertRunsAsync(this WineMachine machine, CancellationToken cancel, string version = "0.1.0")
    {
        foreach (var service in (string[])["DicomMailGateway", "GatewayProvisioning"])
        {
            Assert.Contains("RUNNING", await machine.ServiceAsync(service, cancel), StringComparison.Ordinal);
            Assert.Contains($@"gateway\{version}\", (await machine.RunAsync(cancel, "reg", "query", $@"HKLM\SYSTEM\CurrentControlSet\Services\{service}", "/v", "ImagePath", "/reg:64")).Output, StringComparison.Ordinal);
        }
    }

    /// <summary>Sends a CT image as a PACS does, with DCMTK; it lies in the spool afterwards.</summary>
    public static async Task StoreAsync(this WineMachine machine, string patient, CancellationToken cancel)
    {
        var before = Images(machine).Count;
        var image = Path.Combine(machine.DriveC, $"{patient}.dcm");
        File.Copy("/usr/lib/python3/dist-packages/pydicom/data/test_files/CT_small.dcm", image);
        await Tools.MustAsync("dcmodify", ["-nb", "-gin", "-m", $"PatientID={patient}", image], cancel);
        var sent = await machine.OfItsNetworkAsync(cancel, "storescu", "-aet", "PACS", "-aec", "DICOMMAIL", "127.0.0.1", "11112", image);
        Assert.True(sent.ExitCode == 0, sent.ToString());
        Assert.Equal(before + 1, Images(machine).Count);
    }

    /// <summary>The images of the spool.</summary>
    public static IReadOnlyList<string> Images(this WineMachine machine) =>
        Directory.Exists(Path.Combine(machine.DriveE, "VISUS", "images")) ? [.. Directory.EnumerateFiles(Path.Combine(machine.DriveE, "VISUS", "images"), "*.dicom", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];

    /// <summary>What a person would find of the product and of what it changes: files outside the state root, services, registry, event sources, "Apps", and what the rig models.</summary>
    public static async Task<string> PictureAsync(this WineMachine machine, CancellationToken cancel)
    {
        var picture = new StringBuilder();
        foreach (var (name, drive) in new[] { ("C", Path.Combine(machine.DriveC, "Program Files (x86)")), ("C", Path.Combine(machine.DriveC, "ProgramData")), ("D", machine.DriveD), ("E", machine.DriveE) })
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(drive, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var path = Path.GetRelativePath(drive, entry);
                if (!path.StartsWith("VISUS/state", StringComparison.Ordinal))
                    picture.Append(name).Append(": ").Append(path).Append(File.Exists(entry) ? $" {new FileInfo(entry).Length}" : "/").Append('\n');
            }
        }

        foreach (var key in (string[])[@"SYSTEM\CurrentControlSet\Services", @"SYSTEM\CurrentControlSet\Services\EventLog\Application", @"SOFTWARE", @"SOFTWARE\VISUS", @"SOFTWARE\VISUS\DICOM-Mail Gateway", @"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"])
            picture.AppendJoin('\n', (await machine.RunAsync(cancel, "reg", "query", $@"HKLM\{key}", "/reg:64")).Output.Split('\n').Where(line => !line.Contains(UntilRestart, StringComparison.Ordinal)));
        var state = machine.State();
        foreach (var rule in machine.FirewallRules().Keys.Order(StringComparer.Ordinal))
            picture.Append("rule ").Append(rule).Append('\n');
        foreach (var excluded in (state["defender"]?["local"]?.AsObject() ?? []).SelectMany(list => list.Value!.AsArray()))
            picture.Append("excluded ").Append(excluded).Append('\n');
        foreach (var task in state["scheduledTasks"]?["tasks"]?.AsArray() ?? [])
            picture.Append("task ").Append(task!["path"]).Append(task["name"]).Append('\n');
        return picture.ToString();
    }

    /// <summary>How long nothing accepted a connection at the gateway's port while something was done.</summary>
    public static async Task<TimeSpan> LongestSilenceAsync(this WineMachine machine, Func<Task> work, CancellationToken cancel)
    {
        var script = Path.Combine(machine.DriveC, "knock");
        await File.WriteAllTextAsync(script, "while :; do (exec 3<>/dev/tcp/127.0.0.1/11112) 2>/dev/null && date +%s.%N; sleep 0.1; done\n", cancel);
        using var knocking = machine.Start("bash", script);
        var answers = new List<double>();
        var reading = Task.Run(async () =>
        {
            while (await knocking.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
                answers.Add(double.Parse(line, System.Globalization.CultureInfo.InvariantCulture));
        }, cancel);
        await work();
        await Task.Delay(1000, cancel);
        knocking.Kill(entireProcessTree: true);
        await reading;
        Assert.True(answers.Count > 10, "the gateway was never reached");
        return TimeSpan.FromSeconds(answers.Zip(answers.Skip(1), (one, next) => next - one).Max());
    }
}
