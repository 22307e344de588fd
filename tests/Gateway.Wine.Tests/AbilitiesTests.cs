using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Xunit;

[assembly: AssemblyFixture(typeof(Gateway.Wine.Tests.PreparedWine))]

namespace Gateway.Wine.Tests;

/// <summary>
/// The abilities have Windows' shape: the product, built for Windows, on a Windows of Wine's, its firewall cmdlets answered by the rig.
/// Real here: drives, folders, files, the registry, services and their processes, secrets by DPAPI, connections and listeners. Modelled by the rig: NetSecurity,
/// Defender, ScheduledTasks, SmbShare, CimCmdlets.
/// Never asserted, because Wine only pretends them: access rights, delayed start and failure actions; the product says so itself.
/// </summary>
public class AbilitiesTests(PreparedWine prepared)
{
    [Fact(Explicit = true)]
    public async Task Folders_a_registry_value_a_service_and_firewall_rules_are_planned_applied_mended_and_taken_back()
    {
        Assert.SkipWhen(prepared.Missing is not null, prepared.Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await WineMachine.StartAsync(prepared, cancel);
        var (dicom, health) = (FreePort(), FreePort());
        await machine.WriteManifestAsync(
            $$"""
            "gateway": { "dicomPort": {{dicom}}, "healthPort": {{health}} },
            "firewall": { "inbound": [ { "id": "dicom-in", "purpose": "site", "ports": ["{{dicom}}"], "program": "%GATEWAY%\\Gateway.Service.exe", "remoteAddresses": ["10.20.0.0/16", "LocalSubnet"] } ] },
            "registry": [ { "id": "ward", "key": "SOFTWARE\\Example hospital\\Gateway", "name": "Ward", "text": "Röntgen" },
                          { "id": "beds", "key": "SOFTWARE\\Ward", "name": "Beds", "text": "12" } ],
            """,
            cancel);
        Task<Ended> Gwctl(string command, params string[] more) => machine.GwctlAsync(cancel, [command, .. WineMachine.Manifest, .. more]);

        // Somebody's number stands where the product wants a text.
        await machine.RunAsync(cancel, "reg", "add", @"HKLM\SOFTWARE\Ward", "/v", "Beds", "/t", "REG_DWORD", "/d", "7", "/f", "/reg:64");

        // The servers of the network do not answer here: each is a finding of its own, and nothing is built until a responsible person accepts that.
        var alone = await machine.GwctlAsync(cancel, "preflight", @"C:\appliance.json");
        Assert.True(alone.ExitCode == 3, alone.ToString());
        Assert.Matches(@"NET-1 +not met", alone.Output);
        Assert.Matches(@"mail1\.dicommail\.com answers on TCP 25 with TLS; found .*refused", alone.Output);
        Assert.Contains("there is no such certificate in LocalMachine", alone.Output, StringComparison.Ordinal);
        var refused = await machine.GwctlAsync(cancel, "apply", @"C:\appliance.json");
        Assert.True(refused.ExitCode == 3, refused.ToString());
        Assert.False(Directory.Exists(Path.Combine(machine.DriveD, "VISUS", "state")));
        var accepted = await Gwctl("preflight");
        Assert.True(accepted.ExitCode == 0, accepted.ToString());
        Assert.Matches(@"NET-1 +waived", accepted.Output);

        // A secret is kept for this machine, and its file does not hold it.
        var secret = await machine.KeepSecretAsync(cancel);
        Assert.True(secret.AsSpan().IndexOf("s3cret"u8) < 0 && secret.Length > 100, "the secret is not encrypted");
        var ready = await Gwctl("preflight");
        Assert.True(ready.ExitCode == 0, ready.ToString());

        // Planning changes nothing.
        var plan = await Gwctl("plan", "--json");
        Assert.True(plan.ExitCode == 2, plan.ToString());
        var changes = JsonNode.Parse(plan.Output)!["changes"]!.AsArray().Select(c => (string)c!["resource"]!).ToList();
        foreach (var expected in new[] { "folder/images", "registry-value/ward", "service/DicomMailGateway", "firewall-rule/dicom-in", "scheduled-task/DICOM-Mail Gateway backup" })
            Assert.Contains(expected, changes);
        Assert.False(Directory.Exists(Path.Combine(machine.DriveE, "VISUS")));

        // Applying makes it hold, and each thing is looked at from outside the product.
        var apply = await Gwctl("apply", "--json");
        Holding.Holds(apply, "left");
        Assert.True(Directory.Exists(Path.Combine(machine.DriveE, "VISUS", "images")));
        Assert.Contains("\"Ward\"=\"Röntgen\"", await WardAsync(machine, cancel), StringComparison.Ordinal);
        Assert.Contains("REG_SZ", await BedsAsync(machine, cancel), StringComparison.Ordinal);
        Assert.Contains("RUNNING", (await machine.RunAsync(cancel, "sc", "query", "DicomMailGateway")).Output, StringComparison.Ordinal);
        Assert.Equal("healthy", (string)JsonNode.Parse((await machine.GetAsync($"http://127.0.0.1:{health}/health", cancel)).Output)!["status"]!);
        var rule = machine.FirewallRules()["GW-dicom-in"];
        Assert.Contains($"{dicom}", rule.ToJsonString(), StringComparison.Ordinal);
        var task = Assert.Single(machine.ScheduledTasks(), WineMachine.IsBackup);
        Assert.Equal(@"\DICOM-Mail Gateway\", (string)task["path"]!);
        Assert.Contains("<UserId>S-1-5-18</UserId>", (string)task["xml"]!, StringComparison.Ordinal);

        // What the machine is. Wine's Windows Update Agent is a stub: what it cannot say is not made up.
        var recorded = await machine.GwctlAsync(cancel, "facts", @"C:\appliance.json");
        var facts = JsonNode.Parse(recorded.Output)!;
        Assert.Equal("20348", facts["operatingSystem"]!["build"]!.ToString());
        Assert.Equal(("8", "VMware, Inc. VMware20,1"), (facts["hardware"]!["cpuCores"]!.ToString(), (string)facts["hardware"]!["hypervisor"]!));
        Assert.Contains("D:", facts["volumes"]!.AsArray().Select(volume => (string)volume!["drive"]!));
        Assert.Null(facts["time"]!["source"]);
        Assert.Empty(facts["backups"]!.AsArray());
        Assert.Equal("this is Wine, whose Windows Update Agent is a stub", (string)facts["notRecorded"]!["updates"]!);

        // An empty plan follows, with a handful of pipelines: five of the firewall, four of the facts, one each of the Security Center and of Device Guard.
        await machine.UntilStandingAsync("failed", cancel); // the service that was made has looked, and will not look again now
        var before = machine.Pipelines();
        var again = await Gwctl("plan");
        Assert.True(again.ExitCode == 0, again.ToString());
        Assert.Contains("nothing to change", again.Output, StringComparison.Ordinal);
        Assert.InRange(machine.Pipelines() - before, 1, 20);

        // Somebody changes things by hand: drift, mended by the next apply.
        await machine.RunAsync(cancel, "reg", "add", @"HKLM\SOFTWARE\Example hospital\Gateway", "/v", "Ward", "/d", "somewhere", "/f", "/reg:64");
        await machine.RunAsync(cancel, "sc", "stop", "DicomMailGateway");
        machine.ChangeState(state => state["firewall"]!["rules"]!.AsArray().Single(r => (string)r!["name"]! == "GW-smtp-out")!["enabled"] = "False");
        machine.ChangeState(state => Switch(state["scheduledTasks"]!["tasks"]!.AsArray().Single(WineMachine.IsBackup)!, "<Enabled>true</Enabled></Settings>", "<Enabled>false</Enabled></Settings>"));
        Directory.Delete(Path.Combine(machine.DriveE, "backup"));
        var verify = await Gwctl("verify", "--json");
        Assert.True(verify.ExitCode == 2, verify.ToString());
        var drift = JsonNode.Parse(verify.Output)!["changes"]!.AsArray();
        Assert.Equal(["firewall-rule/smtp-out", "folder/backup", "registry-value/ward", "scheduled-task/DICOM-Mail Gateway backup", "service/DicomMailGateway"], drift.Select(c => (string)c!["resource"]!).Order(StringComparer.Ordinal));
        Assert.All(drift, change => Assert.Equal("machineMoved", (string)change!["cause"]!));
        Holding.Holds(await Gwctl("apply", "--json"), "left");
        Holding.Holds(await Gwctl("verify", "--json"), "changes");

        // Somebody's server that nobody planned is seen by its port.
        using (var stranger = machine.Start("python3", "-m", "http.server", "2121"))
        {
            await machine.GetAsync("http://127.0.0.1:2121/", cancel);
            var open = await Gwctl("verify");
            stranger.Kill();
            Assert.True(open.ExitCode == 3, open.ToString());
            Assert.Matches("further listeners: TCP 2121", open.Output);
        }

        // Local rules that group policy ignores are found before anything is changed, with what to ask for.
        machine.ChangeState(state => state["faults"] = new JsonArray("firewall-policy-disallows-local-rules"));
        var policy = await Gwctl("apply");
        Assert.True(policy.ExitCode == 3, policy.ToString());
        Assert.Contains("policy ignores local firewall rules in profile Domain", policy.Error, StringComparison.Ordinal);
        Assert.Contains("ask the domain's administrators to let this machine apply local firewall rules", policy.Error, StringComparison.Ordinal);
        machine.ChangeState(state => state["faults"] = new JsonArray());
        Holding.Holds(await Gwctl("verify", "--json"), "changes");

        // Rolling back leaves what holds data, and nothing else.
        for (var runs = 0; (await Gwctl("rollback")).ExitCode == 0; runs++)
            Assert.InRange(runs, 0, 3);
        Assert.Empty(machine.FirewallRules());
        Assert.Empty(machine.ScheduledTasks());
        Assert.NotEqual(0, (await machine.RunAsync(cancel, "reg", "query", @"HKLM\SOFTWARE\Example hospital", "/reg:64")).ExitCode);
        Assert.Matches(@"REG_DWORD\s+0x7\b", await BedsAsync(machine, cancel));
        Assert.DoesNotContain("DicomMailGateway", (await machine.RunAsync(cancel, "sc", "query", "DicomMailGateway")).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(machine.DriveE, "backup")));
        Assert.True(Directory.Exists(Path.Combine(machine.DriveE, "VISUS", "images")));
    }

    private static void Switch(JsonNode task, string from, string to)
    {
        var xml = (string)task["xml"]!;
        Assert.Contains(from, xml, StringComparison.Ordinal);
        task["xml"] = xml.Replace(from, to, StringComparison.Ordinal);
    }

    private static async Task<string> BedsAsync(WineMachine machine, CancellationToken cancel) =>
        (await machine.RunAsync(cancel, "reg", "query", @"HKLM\SOFTWARE\Ward", "/v", "Beds", "/reg:64")).Output;

    // reg.exe prints in the console's code page; exported text is UTF-16.
    private static async Task<string> WardAsync(WineMachine machine, CancellationToken cancel)
    {
        await machine.RunAsync(cancel, "reg", "export", @"HKLM\SOFTWARE\Example hospital\Gateway", @"C:\ward.reg", "/y", "/reg:64");
        return await File.ReadAllTextAsync(Path.Combine(machine.DriveC, "ward.reg"), cancel);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
