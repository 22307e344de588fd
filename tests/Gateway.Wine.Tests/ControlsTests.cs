using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>
/// Each control of the requirements on a machine that meets it and on one that does not: an appliance that was built and has run for some nights, and the same after everything went wrong at
/// once. Real here: drives, services, registry, listeners, files, the agent's output, the backup, the connections and their TLS. The rig's: WMI, Defender, shares, the scheduler.
/// </summary>
public class ControlsTests(PreparedWine prepared)
{
    private const string CurrentVersion = @"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
    private const string Services = @"HKLM\SYSTEM\CurrentControlSet\Services\";
    private const string AppLocker = @"HKLM\SOFTWARE\Policies\Microsoft\Windows\SrpV2\Exe";
    private const string SignaturesAge = "antivirusSignatureAge";
    private const string NobodyAttested = "nobody has attested it";
    private const string NoWebClient = "this version of the gateway has no web client yet";

    private static readonly string[] Attestable = ["SEC-3", "SEC-4", "BAK-3", "REM-1", "REM-2", "X-DPA"];

    // The verdict where it is met and where it is not, and what is said then, as a pattern.
    private static readonly Dictionary<string, (string Meeting, string Failing, string Words)> Pairs = new()
    {
        ["OS-1"] = ("met", "notMet", "26100"),
        ["OS-3"] = ("met", "deviation", "local"),
        ["OS-4"] = ("met", "notMet", @"spoolsv\.exe"),
        ["HW-1"] = ("met", "deviation", "4 cores"),
        ["HW-2"] = ("met", "deviation", "16"),
        ["HW-3"] = ("met", "notMet", @"42\.9 GB"),
        ["HW-4"] = ("met", "notMet", @"161\.1 GB"),
        ["HW-5"] = ("met", "notMet", "container"),
        ["SEC-1"] = ("met", "notMet", "TCP 2121"),
        ["SEC-2"] = ("met", "deviation", "films"),
        ["SEC-3"] = ("attested", "deviation", NobodyAttested),
        ["SEC-4"] = ("attested", "notMet", NobodyAttested),
        ["BAK-1"] = ("met", "notMet", "result 1"),
        ["BAK-2"] = ("met", "notMet", "overdue: 2"),
        ["BAK-3"] = ("attested", "deviation", NobodyAttested),
        ["AV-1"] = ("met", "deviation", "12 days"),
        ["AV-2"] = ("met", "deviation", "images"),
        ["AV-3"] = ("met", "deviation", "mariaDB"),
        ["AV-4"] = ("met", "deviation", @"Gateway\.Service\.exe"),
        ["NET-1"] = ("met", "notMet", "refused"),
        ["NET-2"] = ("met", "notMet", "refused"),
        ["NET-4"] = ("met", "notMet", "Hospital Web Proxy CA"),
        ["MON-1"] = ("met", "notMet", "stopped|not running"),
        ["MON-2"] = ("met", "notMet", "refused"),
        ["MON-3"] = ("met", "notMet", "ps"),
        ["REM-1"] = ("attested", "notMet", NobodyAttested),
        ["REM-2"] = ("attested", "deviation", NobodyAttested),
        ["X-TIME"] = ("met", "deviation", "no time source"),
        ["X-REST"] = ("met", "deviation", "E:"),
        ["X-TLS"] = ("met", "deviation", @"TLS 1\.1"),
        ["X-RET"] = ("met", "deviation", "2020-01-01"),
        ["X-DPA"] = ("attested", "deviation", NobodyAttested),
        ["X-APP"] = ("met", "notMet", "AppLocker"),
    };

    // What this Wine cannot show on one of the two sides or on both, in the product's own words.
    private static readonly Dictionary<string, (string Verdict, string Words)> NotHere = new()
    {
        ["OS-2"] = ("notAssessed", "this is Wine, whose Windows Update Agent is a stub"),
        ["HW-6"] = ("met", "partitions, formats or resizes"), // Wine keeps a drive's kind from its start on
        ["AV-5"] = ("notApplicable", "in place of extensions"),
        ["NET-3"] = ("notMet", "there is no such certificate"),
        ["MON-4"] = ("notMet", "not registered"),
        ["X-CERT"] = ("deviation", "there is no such certificate"),
        ["CLI-1"] = ("notAssessed", NoWebClient),
        ["CLI-2"] = ("notAssessed", NoWebClient),
        ["CLI-3"] = ("notAssessed", NoWebClient),
        ["X-LOG"] = ("met", "last written"), // its failing would take a disk that fails
        ["X-DIN"] = ("notAssessed", "partners are not reached"),
        ["X-DOM"] = ("notAssessed", "Local Security Authority"),
        ["X-PWR"] = ("notAssessed", "does not tell its power settings"),
        ["X-SNAP"] = ("notAssessed", "no generation"),
    };

    [Fact(Explicit = true)]
    public async Task Every_control_is_met_where_it_is_and_named_where_it_is_not()
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        using var peers = new NetworkPeers(machine, Path.Combine(machine.DriveC, "peers"));
        var pinned = $$""" "mail": { "authority": { "sha256": "{{peers.AuthorityDigest}}" } },""";
        var attestations = string.Join(", ", Attestable.Select(control => $$"""{ "control": "{{control}}", "by": "IT", "on": "2026-11-01", "until": "2099-12-31", "statement": "So it is." }"""));

        await MendAsync(machine, peers, cancel);
        await machine.WriteManifestAsync($"""{pinned} "attestations": [ {attestations} ],""", cancel, waived: ["NET-3", "MON-4"]);
        await machine.KeepSecretAsync(cancel);
        Holding.Holds(await machine.GwctlAsync(cancel, ["apply", .. WineMachine.Manifest, "--json"]), "left");
        await NightsPassAsync(machine, cancel);
        var meeting = await VerifyAsync(machine, cancel);

        await BreakAsync(machine, peers, cancel);
        // Held to the end: a server whose standard error nobody holds dies of its first line there.
        using var stranger = machine.Start("python3", "-m", "http.server", "2121");
        var asked = await machine.GetAsync("http://127.0.0.1:2121/", cancel);
        Assert.True(asked.ExitCode == 0, asked.ToString());
        await machine.WriteManifestAsync($"""{pinned} "attestations": [],""", cancel, waived: []);
        var failing = await VerifyAsync(machine, cancel);

        Assert.Equal(Pairs.Keys.Concat(NotHere.Keys).Order(StringComparer.Ordinal), failing.Keys.Order(StringComparer.Ordinal));
        Assert.All(Pairs, pair =>
        {
            var (control, (met, unmet, words)) = pair;
            Assert.Equal((control, met, unmet), (control, (string?)meeting[control]["verdict"], (string?)failing[control]["verdict"]));
            Assert.Matches(words, failing[control].ToJsonString());
        });
        Assert.All(NotHere, one =>
        {
            var (control, (verdict, words)) = one;
            Assert.Equal((control, verdict), (control, (string?)failing[control]["verdict"]));
            Assert.Contains(words, failing[control].ToJsonString(), StringComparison.Ordinal);
        });

        // AV-5 is the other way to AV-2 to AV-4, by the manifest.
        await machine.WriteManifestAsync(""" "antivirus": { "mode": "extensions" },""", cancel);
        Assert.Equal("deviation", (string?)(await VerifyAsync(machine, cancel))["AV-5"]["verdict"]);
        machine.ChangeState(state => state["defender"]!["local"]!["exclusionExtension"] = new JsonArray("dicom", "dicomzip", "dcmpr", "pre", "jp2", "jp5", "dcmjp2k", "dcmjp2kl"));
        Assert.Equal("met", (string?)(await VerifyAsync(machine, cancel))["AV-5"]["verdict"]);
    }

    private static async Task MendAsync(WineMachine machine, NetworkPeers peers, CancellationToken cancel)
    {
        peers.StartNetwork();
        await machine.RunDefenderAsync(cancel);
        await RegistryAsync(machine, Services + @"W32Time\Parameters", "NtpServer", "REG_SZ", "127.0.0.1,0x8", cancel);
        await RegistryAsync(machine, Services + @"W32Time\Parameters", "Type", "REG_SZ", "NTP", cancel);
        await RegistryAsync(machine, Services + "W32Time", "Start", "REG_DWORD", "2", cancel);
        machine.ChangeState(state => state["cim"] = JsonNode.Parse(
            """
            { "namespaces": ["root/cimv2/Security/MicrosoftVolumeEncryption"],
              "instances": { "Win32_EncryptableVolume": [ { "DriveLetter": "D:", "ProtectionStatus": 1, "ConversionStatus": 1 }, { "DriveLetter": "E:", "ProtectionStatus": 1, "ConversionStatus": 1 } ] } }
            """));
    }

    // The backup is the task's own, run by hand; that it runs each night is the rig's word.
    private static async Task NightsPassAsync(WineMachine machine, CancellationToken cancel)
    {
        var xml = (string)machine.ScheduledTasks().Single(WineMachine.IsBackup)["xml"]!;
        var arguments = Regex.Matches(Regex.Match(xml, "<Arguments>(.*?)</Arguments>").Groups[1].Value.Replace("&quot;", "\"", StringComparison.Ordinal), "\"[^\"]*\"|\\S+").Select(word => word.Value.Trim('"'));
        var backup = await machine.RunAsync(cancel, [Regex.Match(xml, "<Command>(.*?)</Command>").Groups[1].Value.Trim('"'), .. arguments]);
        Assert.True(backup.ExitCode == 0, backup.ToString());
        var tonight = Directory.GetDirectories(Backups(machine)).Single();
        await Tools.MustAsync("cp", ["-r", tonight, Earlier(machine, 4.5)], cancel);
        var now = DateTime.UtcNow;
        machine.ChangeState(state =>
        {
            var task = state["scheduledTasks"]!["tasks"]!.AsArray().Single(WineMachine.IsBackup)!;
            task["lastRun"] = now.AddHours(-1).ToString("s", CultureInfo.InvariantCulture);
            task["lastResult"] = 0;
            task["xml"] = Regex.Replace(xml, "<Date>.*?</Date>", $"<Date>{now.AddDays(-10):s}</Date>");
        });
    }

    private static async Task BreakAsync(WineMachine machine, NetworkPeers peers, CancellationToken cancel)
    {
        await RegistryAsync(machine, CurrentVersion, "CurrentBuildNumber", "REG_SZ", "26100", cancel);
        await RegistryAsync(machine, @"HKLM\SYSTEM\CurrentControlSet\Control", "ContainerType", "REG_DWORD", "2", cancel);
        await RegistryAsync(machine, Services + "DicomMailGateway", "ImagePath", "REG_EXPAND_SZ", @"C:\windows\system32\spoolsv.exe", cancel);
        await RegistryAsync(machine, Services + @"W32Time\Parameters", "Type", "REG_SZ", "NoSync", cancel);
        await RegistryAsync(machine, AppLocker, "EnforcementMode", "REG_DWORD", "1", cancel);
        await RegistryAsync(machine, AppLocker + @"\{921cc481-6e17-4653-8f75-050b80acca20}", "Value", "REG_SZ",
            """<FilePathRule Id="{921cc481-6e17-4653-8f75-050b80acca20}" Name="Windows" Description="" UserOrGroupSid="S-1-1-0" Action="Allow"><Conditions><FilePathCondition Path="%WINDIR%\*"/></Conditions></FilePathRule>""", cancel);
        foreach (string[] command in (string[][])[["sc", "create", "AppIDSvc", "binPath=", @"C:\windows\system32\spoolsv.exe"], ["sc", "start", "AppIDSvc"], ["sc", "stop", "CheckMkService"]])
            await machine.RunAsync(cancel, command);
        foreach (var (drive, size) in new[] { (machine.DriveD, "40G"), (machine.DriveE, "150G") })
            await Tools.MustAsync("mount", ["-o", $"remount,size={size}", drive], cancel);
        Directory.Move(Earlier(machine, 4.5), Earlier(machine, 9));
        await File.WriteAllTextAsync(Path.Combine(machine.DriveC, "ProgramData", "checkmk", "agent", "check_mk.user.yml"), "global:\n  sections: [check_mk, ps]\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(machine.DriveD, "VISUS", "logs", "gateway-20200101.json"), "", cancel); // a log that nobody deleted
        peers.Stop();
        peers.StartInterceptor();
        machine.Resolve("mail2.dicommail.com", "127.0.0.2");
        machine.ChangeState(state =>
        {
            state["cim"]!["instances"] = JsonNode.Parse(
                """
                { "Win32_Processor": [ { "NumberOfCores": 4 } ],
                  "Win32_ComputerSystem": [ { "Manufacturer": "VMware, Inc.", "Model": "VMware20,1", "TotalPhysicalMemory": 17179869184, "PartOfDomain": false } ],
                  "Win32_EncryptableVolume": [ { "DriveLetter": "D:", "ProtectionStatus": 1, "ConversionStatus": 1 }, { "DriveLetter": "E:", "ProtectionStatus": 0, "ConversionStatus": 0 } ] }
                """);
            state["shares"] = JsonNode.Parse("""{ "shares": [ { "name": "films", "path": "D:\\films" } ] }""");
            state["defender"]!["local"] = new JsonObject();
            state["defender"]![SignaturesAge] = 12;
            state["scheduledTasks"]!["tasks"]!.AsArray().Single(WineMachine.IsBackup)!["lastResult"] = 1;
        });
    }

    private static async Task<Dictionary<string, JsonNode>> VerifyAsync(WineMachine machine, CancellationToken cancel)
    {
        var verify = await machine.GwctlAsync(cancel, ["verify", .. WineMachine.Manifest, "--json"]);
        Assert.True(verify.Output.StartsWith('{'), verify.ToString());
        return JsonNode.Parse(verify.Output)!["controls"]!.AsArray().ToDictionary(control => (string)control!["control"]!, control => control!);
    }

    private static Task RegistryAsync(WineMachine machine, string key, string name, string kind, string value, CancellationToken cancel) =>
        machine.RunAsync(cancel, "reg", "add", key, "/v", name, "/t", kind, "/d", value, "/f", "/reg:64");

    private static string Backups(WineMachine machine) => Path.Combine(machine.DriveE, "backup");

    private static string Earlier(WineMachine machine, double days) =>
        Path.Combine(Backups(machine), DateTime.UtcNow.Date.AddHours(DateTime.UtcNow.Hour).AddDays(-days).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
}
