using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using Xunit;

namespace Gateway.Windows.Tests.Whole;

/// <summary>An appliance that was built, looked at from outside: by Windows' own tools, and by its own answer.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public class BuiltTests(BuiltTests.Built built) : IClassFixture<BuiltTests.Built>
{
    private const string Purpose = "DICOM-Mail Gateway secret";

    /// <summary>One for all of these tests: they look and do not change.</summary>
    public sealed class Built : IAsyncLifetime
    {
        internal Appliance Appliance { get; } = new();

        public async ValueTask InitializeAsync()
        {
            if (!OperatingSystem.IsWindows())
                return;
            await Appliance.InitializeAsync();
            if (Appliance.Missing is null)
                await Appliance.ApplyAsync(CancellationToken.None);
        }

        public ValueTask DisposeAsync() => Appliance.DisposeAsync();
    }

    private Appliance Here
    {
        get
        {
            Permission.Change();
            built.Appliance.Need();
            return built.Appliance;
        }
    }

    [Fact]
    public async Task Nothing_is_left_to_change()
    {
        var cancel = TestContext.Current.CancellationToken;
        var plan = await Here.GwctlAsync(cancel, "plan", "--json");
        Assert.True(plan.ExitCode is 0 or 4, plan.ToString());
        Assert.Empty(JsonNode.Parse(plan.Output)!["changes"]!.AsArray());
        Here.HoldsButForWhatCannotBeLookedAt(await Here.GwctlAsync(cancel, "apply", "--json"), "left");
        var verify = await Here.GwctlAsync(cancel, "verify", "--json");
        Assert.True(verify.ExitCode is 0 or 2 or 4, verify.ToString());
        Assert.Empty(JsonNode.Parse(verify.Output)!["changes"]!.AsArray());
    }

    [Fact]
    public async Task The_service_runs_under_its_virtual_account_starts_late_and_again_after_a_failure()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        var configuration = await WindowsTool.MustAsync("sc", cancel, "qc", Appliance.Service);
        Assert.Matches(@"START_TYPE\s*:\s*2\s+AUTO_START\s+\(DELAYED\)", configuration);
        Assert.Contains(@"Gateway.Service.exe"" --config ""D:\VISUS\config\gateway.json""", configuration, StringComparison.Ordinal);
        Assert.Matches(@"(?s)RESTART\b\D*5000\b.*RESTART\b\D*30000\b.*RESTART\b\D*60000\b", await WindowsTool.MustAsync("sc", cancel, "qfailure", Appliance.Service));

        // Its process is owned by the account of its own SID, whatever Windows calls it.
        var process = await WindowsTool.AskForOneAsync(
            $$"""
            $service = Get-CimInstance Win32_Service -Filter "Name='{{Appliance.Service}}'"
            $owner = Get-CimInstance Win32_Process -Filter "ProcessId=$($service.ProcessId)" | Invoke-CimMethod -MethodName GetOwnerSid
            [pscustomobject]@{ State = $service.State; Sid = $owner.Sid }
            """, cancel);
        Assert.Equal("Running", (string)process["State"]!);
        Assert.Equal(AccessRights.ServiceSid(Appliance.Service), (string)process["Sid"]!);
    }

    [Fact]
    public async Task The_gateway_says_that_it_is_well_and_listens_where_the_manifest_says()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new HttpClient();
        var health = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{Here.HealthPort}/health"), cancel));
        Assert.Equal("healthy", (string)health!["status"]!);
        var listening = await WindowsTool.AskForOneAsync(
            $$"""Get-NetTCPConnection -State Listen -LocalPort {{Here.DicomPort}} | Select-Object -First 1 | ForEach-Object { [pscustomobject]@{ Program = (Get-Process -Id $_.OwningProcess).ProcessName } }""", cancel);
        Assert.Equal("Gateway.Service", (string)listening["Program"]!);
    }

    [Fact]
    public async Task A_gateway_that_cannot_start_says_why_in_the_Application_log_under_the_number_of_the_code()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        var since = DateTime.Now.AddSeconds(-1);
        await WindowsTool.MustAsync("powershell", cancel, "-NoProfile", "-Command", $"Stop-Service {Appliance.Service}");
        using (var somebodyElses = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, Here.DicomPort) { ExclusiveAddressUse = true })
        {
            somebodyElses.Start();
            await WindowsTool.RunAsync("sc", cancel, "start", Appliance.Service);
            await Task.Delay(TimeSpan.FromSeconds(10), cancel);
        }

        await WindowsTool.RunAsync("sc", cancel, "start", Appliance.Service);
        var told = await WindowsTool.AskForOneAsync(
            $$"""
            Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = 'DicomMailGateway'; Id = 7010; StartTime = [datetime]'{{since:yyyy-MM-ddTHH:mm:ss}}' } |
              Select-Object -First 1 | ForEach-Object { [pscustomobject]@{ Text = ($_.Properties | ForEach-Object Value) -join ' ' } }
            """, cancel);
        Assert.StartsWith("GW7010 ", (string)told["Text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_folders_let_in_whom_the_manifest_says_and_nobody_else()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        foreach (var setting in ThisMachine.Appliance.Folders)
        {
            var acl = await WindowsTool.AskForOneAsync(
                $$"""
                $acl = Get-Acl -LiteralPath '{{setting.Path}}'
                $sid = [System.Security.Principal.SecurityIdentifier]
                [pscustomobject]@{
                  Owner = $acl.GetOwner($sid).Value; Protected = $acl.AreAccessRulesProtected
                  Accounts = @($acl.GetAccessRules($true, $true, $sid) | ForEach-Object { "$($_.IdentityReference.Value) $([int]$_.FileSystemRights) $($_.IsInherited)" }) -join ';'
                }
                """, cancel);
            Assert.Equal(("S-1-5-32-544", true), ((string)acl["Owner"]!, (bool)acl["Protected"]!));
            string[] expected =
            [
                $"S-1-5-18 {0x1F01FF} False",
                $"S-1-5-32-544 {0x1F01FF} False",
                .. setting.Access switch
                {
                    FolderAccess.ServiceReads => [$"{AccessRights.ServiceSid(Appliance.Service)} {0x1200A9} False"],
                    FolderAccess.ServiceModifies => [$"{AccessRights.ServiceSid(Appliance.Service)} {0x1301BF} False"],
                    FolderAccess.DatabaseReads => [$"{AccessRights.ServiceSid(ThisMachine.Appliance.Database.ServiceName)} {0x1200A9} False"],
                    FolderAccess.DatabaseModifies => [$"{AccessRights.ServiceSid(ThisMachine.Appliance.Database.ServiceName)} {0x1301BF} False"],
                    _ => (string[])[],
                },
            ];
            Assert.Equal(expected.Order(StringComparer.Ordinal), ((string)acl["Accounts"]!).Split(';').Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Its_firewall_rules_are_in_the_active_store()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        var rules = (await WindowsTool.AskAsync(
            """
            Get-NetFirewallRule -PolicyStore ActiveStore -Name 'GW-*' | ForEach-Object {
              $port = $_ | Get-NetFirewallPortFilter
              [pscustomobject]@{ Name = $_.Name; Group = $_.Group; Enabled = "$($_.Enabled)"; Action = "$($_.Action)"; Direction = "$($_.Direction)"; Protocol = "$($port.Protocol)"
                                 Ports = if ("$($_.Direction)" -eq 'Inbound') { @($port.LocalPort) -join ',' } else { @($port.RemotePort) -join ',' } } }
            """, cancel)).ToDictionary(r => (string)r["Name"]!);
        Assert.Equal(["GW-dicom-in", "GW-monitoring-out", "GW-pop3s-out", "GW-smtp-out"], rules.Keys.Order(StringComparer.Ordinal));
        Assert.All(rules.Values, rule => Assert.Equal(("DICOM-Mail Gateway", "True", "Allow", "TCP"), ((string)rule["Group"]!, (string)rule["Enabled"]!, (string)rule["Action"]!, (string)rule["Protocol"]!)));
        Assert.Equal([("Inbound", $"{Here.DicomPort}"), ("Outbound", "25"), ("Outbound", "995"), ("Outbound", "8140")],
            new[] { "GW-dicom-in", "GW-smtp-out", "GW-pop3s-out", "GW-monitoring-out" }.Select(name => ((string)rules[name]["Direction"]!, (string)rules[name]["Ports"]!)));
    }

    [Fact]
    public async Task Defender_leaves_its_folders_and_its_program_alone()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        var verify = await Here.GwctlAsync(cancel, "verify", "--json");
        var av = JsonNode.Parse(verify.Output)!["controls"]!.AsArray().Single(c => (string)c!["control"]! == "AV-3")!;
        Permission.Skip((string)av["verdict"]! == "met" ? null : $"Microsoft Defender is not this machine's scanner, or its exclusions are locked: {av["why"]}");
        var stored = (await WindowsTool.AskAsync("$p = Get-MpPreference; @($p.ExclusionPath) + @($p.ExclusionProcess) | Where-Object { $_ } | ForEach-Object { [pscustomobject]@{ Value = \"$_\" } }", cancel)).Select(e => ((string)e["Value"]!).TrimEnd('\\')).ToList();
        foreach (var excluded in new[] { @"E:\VISUS\images", @"D:\VISUS", @"D:\mariaDB\data", Path.Combine(Path.GetDirectoryName(Appliance.Program)!, "Gateway.Service.exe") })
            Assert.Contains(excluded, stored, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Its_backup_runs_as_the_task_that_Windows_starts()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        const string Task = @"\DICOM-Mail Gateway\DICOM-Mail Gateway backup";
        await WindowsTool.MustAsync("schtasks", cancel, "/run", "/tn", Task);
        for (var waited = 0; !Directory.EnumerateFileSystemEntries(@"E:\backup").Any(backup => !backup.EndsWith(".new", StringComparison.Ordinal)); waited++)
        {
            Assert.True(waited < 120, "no backup within two minutes");
            await System.Threading.Tasks.Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }

        var facts = await Here.GwctlAsync(cancel, "facts");
        var backup = Assert.Single(JsonNode.Parse(facts.Output)!["backups"]!.AsArray());
        Assert.True((bool)backup!["good"]!);
    }

    [Fact]
    public async Task Its_registry_value_is_where_reg_finds_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        var ward = await WindowsTool.AskForOneAsync(@"[pscustomobject]@{ Text = (Get-ItemProperty 'HKLM:\SOFTWARE\Example hospital\Gateway').Ward }", cancel);
        Assert.Equal("Röntgen", (string)ward["Text"]!);
    }

    [Fact]
    public async Task Its_secret_is_encrypted_for_this_machine_and_lies_where_only_administrators_read()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        const string File = @"D:\VISUS\state\secrets\monitoring-registration.dpapi";
        var kept = await System.IO.File.ReadAllBytesAsync(File, cancel);
        Assert.True(kept.AsSpan().IndexOf("s3cret"u8) < 0, "the secret lies there in the clear");

        // Another program on this machine, as another account would be, opens it with the purpose and not without.
        var opened = await WindowsTool.AskForOneAsync(
            $$"""
            Add-Type -AssemblyName System.Security
            $kept = [IO.File]::ReadAllBytes('{{File}}')
            $machine = [System.Security.Cryptography.DataProtectionScope]::LocalMachine
            $purpose = [Text.Encoding]::UTF8.GetBytes('{{Purpose}}')
            $bare = try { [System.Security.Cryptography.ProtectedData]::Unprotect($kept, $null, $machine); 'opened' } catch { 'refused' }
            [pscustomobject]@{
              Secret = [Text.Encoding]::UTF8.GetString([System.Security.Cryptography.ProtectedData]::Unprotect($kept, $purpose, $machine)); Bare = "$bare"
              Accounts = @((Get-Acl '{{File}}').GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier]) | ForEach-Object { $_.IdentityReference.Value } | Sort-Object) -join ';'
            }
            """, cancel);
        Assert.Equal(("s3cret-of-the-test", "refused", "S-1-5-18;S-1-5-32-544"), ((string)opened["Secret"]!, (string)opened["Bare"]!, (string)opened["Accounts"]!));
    }

    [Fact]
    public async Task The_service_that_looks_after_it_writes_into_the_event_log()
    {
        var cancel = TestContext.Current.CancellationToken;
        _ = Here;
        const string Name = "GatewayProvisioning";
        await WindowsTool.MustAsync("sc", cancel, "create", Name, "binPath=", $"\"{Appliance.Program}\" service", "start=", "demand");
        try
        {
            var since = DateTime.Now;
            await WindowsTool.MustAsync("sc", cancel, "start", Name);
            JsonNode? entry;
            for (var waited = 0; (entry = await EntryAsync(since, cancel)) is null; waited++)
            {
                Assert.True(waited < 60, "nothing in the event log within two minutes");
                await Task.Delay(TimeSpan.FromSeconds(2), cancel);
            }

            // 3002: it holds; 3003: something differs, or could not be looked at. The registry says the same.
            Assert.Contains((int)entry["Id"]!, new[] { 3002, 3003 });
            Assert.Contains("compliance-", (string)entry["Text"]!, StringComparison.Ordinal);
            var state = await WindowsTool.AskForOneAsync(@"[pscustomobject]@{ State = (Get-ItemProperty 'HKLM:\SOFTWARE\VISUS\DICOM-Mail Gateway').State }", cancel);
            Assert.Equal((int)entry["Id"]! == 3002 ? "verified" : "failed", (string)state["State"]!);
        }
        finally
        {
            await WindowsTool.RunAsync("sc", cancel, "stop", Name);
            await WindowsTool.RunAsync("sc", cancel, "delete", Name);
        }
    }

    private static async Task<JsonNode?> EntryAsync(DateTime since, CancellationToken cancel) => (await WindowsTool.AskAsync(
        $$"""
        Get-WinEvent -FilterHashtable @{ LogName = 'Application'; Id = 3001, 3002, 3003, 3004; StartTime = [datetime]'{{since:yyyy-MM-ddTHH:mm:ss}}' } -ErrorAction SilentlyContinue |
          Where-Object ProviderName -eq 'gwctl' | Select-Object -First 1 | ForEach-Object { [pscustomobject]@{ Id = $_.Id; Text = ($_.Properties | ForEach-Object Value) -join ' ' } }
        """, cancel)).SingleOrDefault();
}
