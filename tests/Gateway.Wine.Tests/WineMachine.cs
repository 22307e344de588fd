using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Wine.Tests;

/// <summary>
/// A Windows Server 2022 of Wine's for one scenario, with a D: of 50 GB and an E: of 200 GB, as long as it is held. Services live while it does. It stands in
/// a network of its own that leads nowhere: the names of the real network are its own loopback, and no other can be asked for.
/// </summary>
internal sealed class WineMachine : IAsyncDisposable
{
    // What Wine's own start.exe says, where a busy machine did not let it make the process: nothing ran then.
    private const string NotStarted = "Application could not be started";

    public static readonly string[] RealNames = [.. Enumerable.Range(1, 6).Select(n => $"mail{n}.dicommail.com"), "atlas79.mydhp.de"];

    /// <summary>The product's program.</summary>
    public const string Gwctl = @"D:\VISUS\gateway\0.1.0\gwctl.exe";

    private const string ProductKey = @"HKLM\SOFTWARE\VISUS\DICOM-Mail Gateway";

    /// <summary>The log of installations that a person reads.</summary>
    public string InstallationLog => Path.Combine(DriveD, "VISUS", "state", "reports", "installation.log");

    private const string Secret = "s3cret-of-the-test";

    // Their servers are not part of these scenarios.
    private static readonly string[] Absent = ["NET-1", "NET-2", "NET-3", "MON-2", "MON-4"];

    private readonly string folder;
    private readonly string network = $"gw-{Guid.NewGuid().ToString("N")[..8]}";
    private Process? holder;
    private (long Bytes, int Lines) counted;

    private readonly string? display;

    private WineMachine(string folder, string? display) => (this.folder, this.display) = (folder, display);

    public string DriveC => Path.Combine(Prefix, "drive_c");

    public string DriveD => Path.Combine(folder, "d");

    public string DriveE => Path.Combine(folder, "e");

    public string Prefix => Path.Combine(folder, "prefix");

    private string CallsFile => RigState + ".calls.jsonl";

    private string RigState => Path.Combine(DriveC, "rig", "state.json");

    public static async Task<WineMachine> StartAsync(WineTemplate prepared, CancellationToken cancel, string driveD = "50G", bool isLaidDown = true, string? display = null)
    {
        var machine = new WineMachine(Path.Combine(Path.GetTempPath(), $"gateway-wine-machine-{Guid.NewGuid():N}"), display);
        foreach (var (drive, size) in new[] { (machine.DriveD, driveD), (machine.DriveE, "200G") })
        {
            Directory.CreateDirectory(drive);
            await Tools.MustAsync("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", drive], cancel); // takes no memory until written
        }

        await machine.StandApartAsync(cancel);
        await Tools.MustAsync(Tools.Rig("copy-prefix"), [prepared.Prefix, machine.Prefix], cancel);
        foreach (var (letter, drive) in new[] { ("d:", machine.DriveD), ("e:", machine.DriveE) })
        {
            var device = Path.Combine(machine.Prefix, "dosdevices", letter);
            File.Delete(device);
            File.CreateSymbolicLink(device, drive);
        }

        if (isLaidDown)
        {
            Directory.CreateDirectory(Path.Combine(machine.DriveD, "VISUS", "gateway"));
            Directory.CreateSymbolicLink(Path.Combine(machine.DriveD, "VISUS", "gateway", "0.1.0"), prepared.Product);
        }

        Directory.CreateDirectory(machine.PayloadFolder);
        foreach (var payload in Directory.EnumerateFiles(prepared.Payloads))
            File.Copy(payload, Path.Combine(machine.PayloadFolder, Path.GetFileName(payload)));

        machine.TurnOn();
        try
        {
            await machine.UntilUpAsync(cancel);
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }

        return machine;
    }

    /// <summary>Windows restarts: every program is killed, and services that start by themselves do.</summary>
    public async Task RestartAsync(CancellationToken cancel)
    {
        holder!.Kill(entireProcessTree: true);
        holder.Dispose();
        await Tools.RunAsync("ip", [.. InItsNetwork, Tools.Rig("run"), Prefix, "cmd", "/c", "exit"], cancel); // without --keep: ends the prefix
        await Tools.RunAsync("bash", ["-c", $"ip netns pids {network} | xargs -r kill -9"], CancellationToken.None);
        TurnOn();
        await UntilUpAsync(cancel);
    }

    // Wine ends its services with the last program of a person: this one waits for its input.
    private void TurnOn() =>
        holder = Process.Start(new ProcessStartInfo("ip", [.. InItsNetwork, Tools.Rig("run"), "--keep", Prefix, "cmd"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });

    /// <summary>What names the manifest and the site's overlay on a command line.</summary>
    public static string[] Manifest => [@"C:\appliance.json", "--overlay", @"C:\Röntgen Süd.json"];

    private string Journal => Path.Combine(DriveD, "VISUS", "state", "journal.jsonl");

    /// <summary>Where payloads lie.</summary>
    public string PayloadFolder => Path.Combine(DriveD, "VISUS", "payloads");

    /// <summary>Writes the starting manifest, and an overlay that accepts what this network lacks and pins the payloads.</summary>
    public async Task WriteManifestAsync(string more, CancellationToken cancel, IReadOnlyList<string>? waived = null)
    {
        // Wine gives a program without a terminal no console to type a password at: the agent is installed and not registered here (AgentRegistrarTests have the conversation).
        var manifest = await File.ReadAllTextAsync(Path.Combine(Tools.Root, "appliance.json"), cancel);
        await File.WriteAllTextAsync(Path.Combine(DriveC, "appliance.json"), manifest.Replace("\"registration\": \"secret:monitoring-registration\"", "\"registration\": null", StringComparison.Ordinal), cancel);
        var waivers = (waived ?? Absent).Select(control => $$"""{ "control": "{{control}}", "reason": "its servers are not part of this scenario", "owner": "test", "until": "2099-12-31" }""");
        await File.WriteAllTextAsync(
            Path.Combine(DriveC, "Röntgen Süd.json"),
            $$"""
            { {{more}} "waivers": [ {{string.Join(", ", waivers)}} ],
              "payloads": [ { "id": "mariadb", "version": "10.11", "file": "mariadb-winx64.zip", "sha256": "{{DigestOf("mariadb-winx64.zip")}}" },
                            { "id": "check-mk-agent", "version": "2.3", "file": "check_mk_agent.msi", "sha256": "{{DigestOf("check_mk_agent.msi")}}" } ] }
            """,
            cancel);
    }

    private string DigestOf(string payload) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(PayloadFolder, payload))));

    /// <summary>Keeps the secret that the manifest refers to, as an administrator does; returns its file's content.</summary>
    public async Task<byte[]> KeepSecretAsync(CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(DriveC, "secret.txt"), Secret + "\r\n", cancel);
        var kept = await RunAsync(cancel, "cmd", "/c", $@"{Gwctl} secret monitoring-registration C:\appliance.json < C:\secret.txt");
        if (kept.ExitCode != 0)
            throw new InvalidOperationException(kept.ToString());
        return await File.ReadAllBytesAsync(Path.Combine(DriveD, "VISUS", "state", "secrets", "monitoring-registration.dpapi"), cancel);
    }

    /// <summary>Lets Microsoft Defender run here: a service of its name, whose program is another of Wine's. What it says is the rig's.</summary>
    public async Task RunDefenderAsync(CancellationToken cancel)
    {
        foreach (string[] command in (string[][])[["sc", "create", "WinDefend", "binPath=", @"C:\windows\system32\spoolsv.exe", "start=", "auto"], ["sc", "start", "WinDefend"]])
        {
            if (await RunAsync(cancel, command) is { ExitCode: not 0 } failed)
                throw new InvalidOperationException($"{string.Join(' ', command)}: {failed}");
        }
    }

    // Its service manager comes up beside the first program: who asks it for something before that is refused.
    private async Task UntilUpAsync(CancellationToken cancel)
    {
        for (var clock = Stopwatch.StartNew(); !(await ServiceAsync("eventlog", cancel)).Contains("RUNNING", StringComparison.Ordinal); await Task.Delay(200, cancel))
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(2))
                throw new TimeoutException($"the service manager does not come up\n{WhatRuns()}");
        }
    }

    /// <summary>Applies, and kills the program some time after the journal has so many lines. False when it was done before.</summary>
    public async Task<bool> KillApplyAsync(int lines, TimeSpan after, CancellationToken cancel)
    {
        var apply = GwctlAsync(cancel, ["apply", .. Manifest]);
        while (JournalLines() < lines)
        {
            if (apply.IsCompleted)
                return false;
            await Task.Delay(1, cancel);
        }

        await Task.Delay(after, cancel);
        foreach (var process in Process.GetProcesses().Where(process => CommandLineHere(process.Id)?.Contains("gwctl.exe apply", StringComparison.Ordinal) == true))
            process.Kill();
        return (await apply).ExitCode is not (0 or 2);
    }

    /// <summary>Somebody takes away every rule of the firewall, the tasks, the backup's folder and a value: enough for a run that can be met in its middle.</summary>
    public async Task DriftAsync(CancellationToken cancel)
    {
        ChangeState(state => state["firewall"]!["rules"] = new JsonArray());
        ChangeState(state => state["scheduledTasks"]!["tasks"] = new JsonArray());
        await RunAsync(cancel, "reg", "delete", ProductKey, "/v", "ProgramFolder", "/f", "/reg:64");
        Directory.Delete(Path.Combine(DriveE, "backup"));
    }

    /// <summary>Where the machine stands, as its registry says.</summary>
    public async Task<string> StandingAsync(CancellationToken cancel) =>
        (await RunAsync(cancel, "reg", "query", ProductKey, "/v", "State", "/reg:64")).Output.Split("REG_SZ") is [_, var state] ? state.Trim() : "";

    /// <summary>Waits until it stands so.</summary>
    public async Task UntilStandingAsync(string state, CancellationToken cancel)
    {
        for (var clock = Stopwatch.StartNew(); await StandingAsync(cancel) != state; await Task.Delay(200, cancel))
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"the machine stands at '{await StandingAsync(cancel)}', not '{state}'");
        }
    }

    /// <summary>Waits until the run that is open ends.</summary>
    /// <exception cref="TimeoutException">It does not; the message says where it stands.</exception>
    public async Task UntilRunFinishedAsync(TimeSpan patience, CancellationToken cancel)
    {
        for (var clock = Stopwatch.StartNew(); (string?)LastOfJournal()?["event"] != "runFinished";)
        {
            if (clock.Elapsed > patience)
                throw new TimeoutException($"the run was not gone on with in {patience.TotalSeconds} s\n{Evidence()}");
            await Task.Delay(50, cancel);
        }
    }

    /// <summary>Lets a name of its network resolve to another address.</summary>
    public void Resolve(string name, string address)
    {
        var hosts = Path.Combine(OwnFiles, "hosts");
        File.WriteAllText(hosts, $"{address} {name}\n{File.ReadAllText(hosts).Replace($" {name}", "", StringComparison.Ordinal)}");
    }

    /// <summary>What Windows says of a service.</summary>
    public async Task<string> ServiceAsync(string name, CancellationToken cancel) => (await RunAsync(cancel, "sc", "query", name)).Output;

    /// <summary>How many lines of the journal say an event.</summary>
    public int JournalCount(string what) => File.ReadLines(Journal).Count(line => (string?)Parsed(line)?["event"] == what);

    /// <summary>Waits until nobody has asked PowerShell anything for longer than the service pauses between its looks.</summary>
    public async Task UntilQuietAsync(CancellationToken cancel)
    {
        if (!(await ServiceAsync("GatewayProvisioning", cancel)).Contains("RUNNING", StringComparison.Ordinal))
            return;
        var quiet = Stopwatch.StartNew();
        for (var seen = Calls().Count; quiet.Elapsed < TimeSpan.FromSeconds(7); await Task.Delay(250, cancel))
        {
            if (Calls().Count is var now && now != seen)
                (seen, quiet) = (now, Stopwatch.StartNew());
        }
    }

    /// <summary>How many lines the journal has.</summary>
    public int JournalLines()
    {
        if (!File.Exists(Journal))
            return 0;
        using var stream = new FileStream(Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = stream.Length;
        if (length < counted.Bytes)
            counted = default; // a torn line was cut off
        stream.Position = counted.Bytes;
        var added = new byte[length - counted.Bytes];
        stream.ReadExactly(added);
        counted = (length, counted.Lines + added.AsSpan().Count((byte)'\n'));
        return counted.Lines;
    }

    /// <summary>The journal's last line.</summary>
    public JsonNode? LastOfJournal() => File.ReadLines(Journal).LastOrDefault() is { } line ? Parsed(line) : null;

    /// <summary>Runs <c>gwctl.exe</c>.</summary>
    public Task<Ended> GwctlAsync(CancellationToken cancel, params string[] arguments) => RunAsync(cancel, [Gwctl, .. arguments]);

    /// <summary>Runs a Windows program.</summary>
    public Task<Ended> RunAsync(CancellationToken cancel, params string[] command) => RunAsync(command, isAgain: false, cancel);

    private async Task<Ended> RunAsync(string[] command, bool isAgain, CancellationToken cancel)
    {
        // Into files: what Wine starts in the background inherits the streams, and a pipe would never end.
        var (output, error) = (Path.Combine(folder, "output"), Path.Combine(folder, "error"));
        var ended = await EndedAsync(command, "bash", ["-c", ": >\"$OUT\"; : >\"$ERR\"; exec \"$@\" >>\"$OUT\" 2>>\"$ERR\"".Replace("$OUT", output, StringComparison.Ordinal).Replace("$ERR", error, StringComparison.Ordinal), "run", "ip", .. InItsNetwork, Tools.Rig("run"), "--keep", Prefix, .. command], cancel);
        var said = await File.ReadAllTextAsync(output, cancel);
        if (said.StartsWith(NotStarted, StringComparison.Ordinal))
            return isAgain ? throw new InvalidOperationException($"Wine could not start it, twice: {string.Join(' ', command)}: {said}") : await RunAsync(command, isAgain: true, cancel);
        return ended with { Output = said, Error = string.Concat((await File.ReadAllLinesAsync(error, cancel)).Where(line => !IsNoise(line)).Select(line => line + "\n")) };
    }

    /// <summary>Runs Windows Installer without a window. Wine writes its log in the code page of the prefix.</summary>
    /// <returns>The exit code, and the verbose log.</returns>
    public Task<(int ExitCode, string Log)> MsiexecAsync(string arguments, CancellationToken cancel) => InstallAsync($@"msiexec {arguments} /qn /l*v C:\install.log", cancel);

    /// <summary>Runs a command line that has Windows Installer write C:\install.log; Linux would see its exit code modulo 256.</summary>
    /// <returns>The exit code, and the verbose log.</returns>
    public async Task<(int ExitCode, string Log)> InstallAsync(string commandLine, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(DriveC, "install.cmd"), $"@{commandLine}\r\n@echo %errorlevel%> C:\\install.code\r\n", CodePagesEncodingProvider.Instance.GetEncoding(850)!, cancel); // Wine's cmd reads the code page of DOS
        var (log, code) = (Path.Combine(DriveC, "install.log"), Path.Combine(DriveC, "install.code"));
        File.Delete(log);
        File.Delete(code);
        await RunAsync(cancel, "cmd", "/c", @"C:\install.cmd");
        return (int.Parse(await File.ReadAllTextAsync(code, cancel), System.Globalization.CultureInfo.InvariantCulture), File.Exists(log) ? await File.ReadAllTextAsync(log, Encoding.Latin1, cancel) : "");
    }

    /// <summary>Starts <c>gwctl.exe</c> and lets it run: it ends with the machine.</summary>
    public Process StartGwctl(params string[] arguments) => Start([Tools.Rig("run"), "--keep", Prefix, Gwctl, .. arguments]);

    // Whatever a prefix started first writes where its starter did: Wine's own remarks, and the first words of Debian's MariaDB.
    private static bool IsNoise(string line) => line.StartsWith("wine: ", StringComparison.Ordinal) || line.Contains("[Note]", StringComparison.Ordinal) || line.Contains("[Warning]", StringComparison.Ordinal);

    // A program that hangs is a finding: what it was at stands in the journal and in the calls of PowerShell.
    private async Task<Ended> EndedAsync(string[] command, string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        try
        {
            return await Tools.RunAsync(program, arguments, cancel);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{string.Join(' ', command)}: {e.Message}\n{Evidence()}", e);
        }
    }

    /// <summary>The programs of this machine, a line each.</summary>
    public string WhatRuns() => string.Join('\n', Process.GetProcesses().Select(process => CommandLineHere(process.Id)).OfType<string>());

    private string Evidence() => string.Join('\n', (string[])[Journal, Tail(Journal), CallsFile, Tail(CallsFile), "what runs", WhatRuns()]);

    private static string Tail(string file) => File.Exists(file) ? string.Join('\n', File.ReadLines(file).TakeLast(5).Select(line => line.Length > 400 ? line[..400] : line)) : "";

    /// <summary>Starts another program of this machine's network, until it is killed.</summary>
    public Process Start(params string[] command) => Process.Start(new ProcessStartInfo("ip", [.. InItsNetwork, .. command]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = DriveE })!;

    /// <summary>Runs a program of Linux in this machine's network: a PACS beside it.</summary>
    public Task<Ended> OfItsNetworkAsync(CancellationToken cancel, params string[] command) => Tools.RunAsync("ip", [.. InItsNetwork, .. command], cancel);

    /// <summary>What a person on this machine would get from an address of its own.</summary>
    public Task<Ended> GetAsync(string url, CancellationToken cancel) =>
        Tools.RunAsync("ip", [.. InItsNetwork, "curl", "--silent", "--show-error", "--retry", "50", "--retry-delay", "1", "--retry-connrefused", "--max-time", "30", url], cancel);

    /// <summary>The rules that the rig's firewall holds, by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> FirewallRules() =>
        (State()["firewall"]?["rules"]?.AsArray() ?? []).ToDictionary(rule => (string)rule!["name"]!, rule => rule!.AsObject());

    /// <summary>Whether a task is the one of the backup: the nightly report has another.</summary>
    public static bool IsBackup(JsonNode? task) => ((string)task!["name"]!).EndsWith("backup", StringComparison.Ordinal);

    /// <summary>The tasks that the rig's scheduler holds.</summary>
    public IReadOnlyList<JsonObject> ScheduledTasks() => [.. State()["scheduledTasks"]!["tasks"]!.AsArray().Select(task => task!.AsObject())];

    /// <summary>Changes the rig's state by hand, as an administrator or a policy would.</summary>
    public void ChangeState(Action<JsonNode> change)
    {
        var state = State();
        change(state);
        File.WriteAllText(RigState, state.ToJsonString());
    }

    /// <summary>How many pipelines have run in PowerShell so far.</summary>
    public int Pipelines() => Calls().Count(call => call.IsPipeline);

    /// <summary>The calls of PowerShell so far.</summary>
    public IReadOnlyList<PowerShellCall> Calls() => File.Exists(CallsFile) ? [.. File.ReadLines(CallsFile).Select(PowerShellCall.Read)] : [];

    public async ValueTask DisposeAsync()
    {
        holder?.StandardInput.Close();
        await Tools.RunAsync(Tools.Rig("run"), [Prefix, "cmd", "/c", "exit"], CancellationToken.None); // without --keep: ends the prefix
        if (holder is not null)
        {
            holder.Kill(entireProcessTree: true);
            holder.Dispose();
        }

        // The database's server is a program of this machine, which Wine does not end.
        await Tools.RunAsync("bash", ["-c", $"ip netns pids {network} | xargs -r kill -9"], CancellationToken.None);
        await Tools.RunAsync("ip", ["netns", "delete", network], CancellationToken.None);
        Directory.Delete(OwnFiles, recursive: true);
        foreach (var drive in new[] { DriveD, DriveE })
            await Tools.RunAsync("umount", ["-l", drive], CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    // A line that is being written is none yet.
    private static JsonNode? Parsed(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    // Another machine's may run at the same time.
    private string? CommandLineHere(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/environ").Contains(Prefix, StringComparison.Ordinal) ? File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ') : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it has ended, or is none of ours
        }
    }

    private string[] InItsNetwork => ["netns", "exec", network, .. display is null ? Array.Empty<string>() : ["env", $"RIG_DISPLAY={display}"]];

    // ip-netns(8) shows what lies here in place of /etc.
    private string OwnFiles => Path.Combine("/etc/netns", network);

    private async Task StandApartAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(OwnFiles);
        await File.WriteAllTextAsync(Path.Combine(OwnFiles, "hosts"), $"127.0.0.1 localhost {Environment.MachineName} {string.Join(' ', RealNames)}\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(OwnFiles, "resolv.conf"), "nameserver 127.0.0.1\n", cancel);
        await Tools.MustAsync("ip", ["netns", "add", network], cancel);
        await Tools.MustAsync("ip", [.. InItsNetwork, "ip", "link", "set", "lo", "up"], cancel);
    }

    /// <summary>The rig's whole state.</summary>
    public JsonNode State() => File.Exists(RigState) ? JsonNode.Parse(File.ReadAllText(RigState))! : new JsonObject();
}
