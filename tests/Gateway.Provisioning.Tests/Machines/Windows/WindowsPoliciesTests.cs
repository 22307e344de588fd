using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>What a domain does to a Windows, through the rig's WMI and session, and a registry and a security authority of the test's.</summary>
public sealed class WindowsPoliciesTests
{
    private const string AppLocker = @"SOFTWARE\Policies\Microsoft\Windows\SrpV2";
    private const string PowerShell = @"SOFTWARE\Policies\Microsoft\Windows\PowerShell";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fresh_server_has_no_policy()
    {
        using var rig = new RigPowerShell();
        var policies = Policies(rig);
        var control = await policies.ProgramControlAsync(Cancel);
        Assert.Empty(control.AppLocker);
        Assert.Equal((false, PolicyMode.Off), (control.AppLockerServiceRuns, control.AppControl));
        Assert.Equal(new PowerShellFacts("FullLanguage", false, false, false), await policies.PowerShellAsync(Cancel));
        var logon = await policies.ServiceLogonAsync(Cancel);
        Assert.Equal(["S-1-5-80-0"], logon.Allowed);
        Assert.Empty(logon.Denied);
        Assert.Equal("hospital.example", (await policies.DomainAsync(Cancel)).Name);
    }

    [Theory]
    [InlineData(0, PolicyMode.Off)]
    [InlineData(1, PolicyMode.Audit)]
    [InlineData(2, PolicyMode.Enforced)]
    [InlineData(7, null)]
    [InlineData(null, null)] // no such class
    public async Task App_Control_is_told_by_user_mode_code_integrity(int? status, PolicyMode? mode)
    {
        using var rig = new RigPowerShell();
        Instances(rig, "Win32_DeviceGuard", status is null ? [] : [new JsonObject { ["CodeIntegrityPolicyEnforcementStatus"] = 2, ["UsermodeCodeIntegrityPolicyEnforcementStatus"] = status }]);
        Assert.Equal(mode, (await Policies(rig).ProgramControlAsync(Cancel)).AppControl);
    }

    [Fact]
    public async Task AppLockers_rules_are_read_from_the_registry()
    {
        using var rig = new RigPowerShell();
        var registry = new Registry
        {
            [$@"{AppLocker}\Exe\EnforcementMode"] = 1,
            [$@"{AppLocker}\Exe\{{1}}\Value"] =
                """
                <FilePathRule Id="1" Name="(Default Rule) All files located in the Program Files folder" Description="" UserOrGroupSid="S-1-1-0" Action="Allow">
                  <Conditions><FilePathCondition Path="%PROGRAMFILES%\*"/></Conditions>
                  <Exceptions><FilePathCondition Path="%PROGRAMFILES%\Tools\*"/><FileHashCondition/></Exceptions>
                </FilePathRule>
                """,
            [$@"{AppLocker}\Exe\{{2}}\Value"] = """<FilePathRule Id="2" Name="n" UserOrGroupSid="S-1-5-21-1-2-3-500" Action="Deny"><Conditions><FilePathCondition Path="D:\*"/></Conditions></FilePathRule>""",
            [$@"{AppLocker}\Exe\{{3}}\Value"] = """<FilePublisherRule Id="3" Name="n" UserOrGroupSid="S-1-1-0" Action="Allow"><Conditions/></FilePublisherRule>""",
            [$@"{AppLocker}\Exe\{{4}}\Value"] = "<no",
            [$@"{AppLocker}\Dll\{{5}}\Value"] = """<FilePathRule Id="5" Name="n" UserOrGroupSid="S-1-1-0" Action="Allow"><Conditions><FilePathCondition Path="*"/></Conditions></FilePathRule>""",
            [$@"{AppLocker}\Script\EnforcementMode"] = 1,
        };
        var read = (await Policies(rig, registry).ProgramControlAsync(Cancel)).AppLocker;
        Assert.Equal([("Exe", PolicyMode.Enforced, 2), ("Dll", PolicyMode.Enforced, 0)], read.Select(c => (c.Name, c.Mode, c.OtherRules))); // rules without a mode are enforced
        Assert.Equal([(true, "S-1-1-0", @"%PROGRAMFILES%\*"), (false, "S-1-5-21-1-2-3-500", @"D:\*")], read[0].Rules.Select(r => (r.Allows, r.Sid, r.Path)));
        Assert.Equal([@"%PROGRAMFILES%\Tools\*"], read[0].Rules[0].Exceptions);
        Assert.True(read[0].Rules[1].IsAbout(WindowsPath.Of(@"D:\VISUS\x.exe")));
        Assert.False(read[0].Rules[0].IsAbout(WindowsPath.Of(@"D:\VISUS\x.exe")));

        registry[$@"{AppLocker}\Exe\EnforcementMode"] = 0;
        Assert.Equal(PolicyMode.Audit, (await Policies(rig, registry).ProgramControlAsync(Cancel)).AppLocker[0].Mode);
    }

    [Theory]
    [InlineData("AppIDSvc", true, true)]
    [InlineData("AppIDSvc", false, false)]
    [InlineData("Other", true, false)]
    public async Task AppLocker_enforces_nothing_without_its_service(string name, bool running, bool enforces)
    {
        using var rig = new RigPowerShell();
        var service = new ServiceState(name, name, "", "", ServiceStart.Manual, false, [], running);
        Assert.Equal(enforces, (await Policies(rig, null, null, service).ProgramControlAsync(Cancel)).AppLockerServiceRuns);
    }

    [Theory]
    [InlineData("", "FullLanguage")]
    [InlineData("constrained-language", "ConstrainedLanguage")]
    public async Task The_language_mode_is_that_of_the_very_session_and_the_product_does_with_it(string faults, string mode)
    {
        using var rig = new RigPowerShell(faults);
        var registry = new Registry { [$@"{PowerShell}\ModuleLogging\EnableModuleLogging"] = 1, [$@"{PowerShell}\Transcription\EnableTranscripting"] = 0 };
        var policies = Policies(rig, registry);
        Assert.Equal(new PowerShellFacts(mode, true, false, false), await policies.PowerShellAsync(Cancel));
        Assert.Equal(PolicyMode.Off, (await policies.ProgramControlAsync(Cancel)).AppControl);
        Assert.Equal(3, (await new WindowsFirewall(rig.Connection).ReadAsync("group", Cancel)).Profiles.Count);
    }

    [Fact]
    public async Task A_session_that_cannot_be_opened_leaves_the_language_mode_unknown()
    {
        using var rig = new RigPowerShell();
        rig.Break();
        await Assert.ThrowsAsync<NotAssessableException>(() => Policies(rig).PowerShellAsync(Cancel));
    }

    [Fact]
    public async Task An_authority_that_knows_no_account_of_any_right_does_not_answer()
    {
        using var rig = new RigPowerShell();
        var why = await Assert.ThrowsAsync<NotAssessableException>(() => Policies(rig, holders: _ => []).ServiceLogonAsync(Cancel));
        Assert.Contains("does not answer", why.Why.English, StringComparison.Ordinal);

        // Who may log on at the console is known, so that nobody may log on as a service is an answer.
        var stripped = await Policies(rig, holders: right => right == "SeInteractiveLogonRight" ? ["S-1-5-32-544"] : []).ServiceLogonAsync(Cancel);
        Assert.Empty(stripped.Allowed);
    }

    [Fact]
    public async Task A_look_costs_one_pipeline_however_many_ask()
    {
        using var rig = new RigPowerShell();
        var asked = 0;
        var policies = Policies(rig, holders: _ => { Interlocked.Increment(ref asked); return ["S-1-5-80-0"]; });
        await Task.WhenAll(Enumerable.Range(0, 6).SelectMany(_ => new Task[] { policies.ProgramControlAsync(Cancel), policies.ServiceLogonAsync(Cancel), policies.PowerShellAsync(Cancel) }));
        Assert.Equal((1, 2), (rig.Calls.Count, asked));
        policies.Forget();
        await policies.ProgramControlAsync(Cancel);
        Assert.Equal(2, rig.Calls.Count);
    }

    [Theory]
    [InlineData("", "Domain", "", null)]
    [InlineData("Domain,Public", "Domain", "Domain,Public", "Domain")]
    [InlineData("Public", "Domain,Private", "Public", "Domain,Private")]
    [InlineData("Public", "", "Public", null)] // in no network
    public async Task The_firewall_says_where_policy_ignores_local_rules_and_in_which_networks_the_machine_is(string ignoring, string networks, string expected, string? active)
    {
        using var rig = new RigPowerShell();
        string[] names = ["Domain", "Private", "Public"];
        rig.Change(state => state["firewall"] = new JsonObject
        {
            ["profiles"] = new JsonArray([.. names.Select(name => new JsonObject { ["name"] = name, ["allowLocalFirewallRules"] = ignoring.Contains(name, StringComparison.Ordinal) ? "False" : "NotConfigured" })]),
        });
        Instances(rig, "MSFT_NetConnectionProfile", [.. Split(networks).Select(name => new JsonObject { ["NetworkCategory"] = 2 - Array.IndexOf(names, name) })]);
        var state = await new WindowsFirewall(rig.Connection).ReadAsync("group", Cancel);
        Assert.Equal(Split(expected), state.ProfilesWithoutLocalRules);
        Assert.Equal(active is null ? null : Split(active), state.ActiveProfiles);
        Assert.Equal(ignoring.Length == 0 ? 5 : 6, rig.Calls.Count);
    }

    [Theory]
    [InlineData("display-values,firewall-policy-disallows-local-rules")]
    [InlineData("firewall-policy-disallows-local-rules")]
    public async Task It_says_so_in_both_shapes_of_a_profile(string faults)
    {
        using var rig = new RigPowerShell(faults);
        var state = await new WindowsFirewall(rig.Connection).ReadAsync("group", Cancel);
        Assert.Equal(["Domain", "Private", "Public"], state.ProfilesWithoutLocalRules);
        Assert.Equal(["Domain"], state.ActiveProfiles);
    }

    [Fact]
    public void Sleep_states_are_read_from_the_documented_places()
    {
        static byte[] With(params int[] set)
        {
            var bytes = new byte[256];
            foreach (var at in set)
                bytes[at] = 1;
            return bytes;
        }

        Assert.Equal(new PowerFacts(false, 1800, false, 0), PowerPlan.Of(With(0, 1, 2, 7), 1800, 0));
        Assert.Equal(new PowerFacts(true, 1800, false, 3600), PowerPlan.Of(With(5, 6), 1800, 3600)); // S3; S4 without a hibernation file
        Assert.Equal(new PowerFacts(true, 0, true, int.MaxValue), PowerPlan.Of(With(20, 6, 8), 0, uint.MaxValue)); // modern standby
    }

    private static WindowsPolicies Policies(RigPowerShell rig, Registry? registry = null, Func<string, IReadOnlyList<string>>? holders = null, params ServiceState[] services) => new(
        rig.Connection, registry ?? new(), _ => Task.FromResult<string?>("hospital.example"), holders ?? (right => right == "SeServiceLogonRight" ? ["S-1-5-80-0"] : []), _ => Task.FromResult<IReadOnlyList<ServiceState>>(services), () => new PowerFacts(false, 0, false, 0));

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static void Instances(RigPowerShell rig, string name, params JsonNode[] instances) => rig.Change(state =>
    {
        var cim = state["cim"] ??= new JsonObject();
        (cim["instances"] ??= new JsonObject())[name] = new JsonArray([.. instances]);
    });

    /// <summary>Values by key and name.</summary>
    private sealed class Registry : Dictionary<string, object>, ISystemRegistry
    {
        public object? Value(string key, string name) => this.GetValueOrDefault($@"{key}\{name}");

        public bool HasKey(string key) => Keys.Any(k => k.StartsWith(key + @"\", StringComparison.OrdinalIgnoreCase));

        public IReadOnlyList<string> KeysBelow(string key) =>
            [.. Keys.Where(k => k.StartsWith(key + @"\", StringComparison.OrdinalIgnoreCase)).Select(k => k[(key.Length + 1)..].Split('\\')).Where(rest => rest.Length > 1).Select(rest => rest[0]).Distinct()];
    }
}
