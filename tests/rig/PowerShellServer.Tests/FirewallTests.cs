using System.Collections;
using System.Diagnostics;
using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Tests;

/// <summary>How the rig's firewall behaves: rules, filters, profiles, their errors, and what several processes see.</summary>
public sealed class FirewallTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private static readonly (string, object?)[] Smtp =
    [
        ("Name", "gateway-smtp"), ("DisplayName", "Gateway: SMTP"), ("Group", "Gateway"), ("Direction", "Outbound"), ("Action", "Allow"),
        ("Enabled", "True"), ("Profile", new[] { "Domain", "Private" }), ("Protocol", "tcp"), ("RemotePort", new[] { "25", "995" }),
        ("RemoteAddress", new[] { "192.0.2.1", "198.51.100.0/24", "localsubnet" }), ("Program", @"D:\VISUS\gateway.exe"),
    ];

    [Fact]
    public void A_rule_comes_back_with_the_properties_of_its_class()
    {
        using var session = new ServerSession();

        var rule = session.Run("New-NetFirewallRule", Smtp).Only;

        Assert.Equal("gateway-smtp", Text(rule, "Name"));
        Assert.Equal("gateway-smtp", Text(rule, "InstanceID"));
        Assert.Equal("Gateway", Text(rule, "RuleGroup"));
        Assert.Equal((ushort)1, rule.Properties["Enabled"].Value);
        Assert.Equal((ushort)2, rule.Properties["Direction"].Value);
        Assert.Equal((ushort)2, rule.Properties["Action"].Value);
        Assert.Equal((ushort)3, rule.Properties["Profiles"].Value);
        Assert.Equal((ushort)1, rule.Properties["PrimaryStatus"].Value);
        Assert.Null(rule.Properties["EnforcementStatus"].Value);
        Assert.EndsWith("#root/standardcimv2/MSFT_NetFirewallRule", rule.TypeNames[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_of_all_rules_come_in_one_call_and_are_joined_by_InstanceID()
    {
        using var session = new ServerSession();
        session.Run("New-NetFirewallRule", Smtp);
        session.Run("New-NetFirewallRule", ("Name", "other"), ("DisplayName", "Other"), ("Service", "CheckMkService"));

        var ports = session.Run("Get-NetFirewallPortFilter", ("All", true), ("PolicyStore", "ActiveStore")).Objects.ToDictionary(filter => Text(filter, "InstanceID"));
        var addresses = session.Run("Get-NetFirewallAddressFilter", ("All", true)).Objects.ToDictionary(filter => Text(filter, "InstanceID"));
        var programs = session.Run("Get-NetFirewallApplicationFilter", ("All", true)).Objects.ToDictionary(filter => Text(filter, "InstanceID"));
        var services = session.Run("Get-NetFirewallServiceFilter", ("All", true)).Objects.ToDictionary(filter => Text(filter, "InstanceID"));

        Assert.Equal("TCP", Text(ports["gateway-smtp"], "Protocol"));
        Assert.Equal(["25", "995"], Texts(ports["gateway-smtp"], "RemotePort"));
        Assert.Equal(["192.0.2.1", "198.51.100.0/255.255.255.0", "LocalSubnet"], Texts(addresses["gateway-smtp"], "RemoteAddress"));
        Assert.Equal(@"D:\VISUS\gateway.exe", Text(programs["gateway-smtp"], "Program"));
        Assert.Equal("CheckMkService", Text(services["other"], "Service"));
        Assert.Equal(["Any"], Texts(ports["other"], "LocalPort"));
        Assert.Equal(6, session.Calls.Count(call => call.GetProperty("position").GetInt32() == 1));
    }

    [Fact]
    public void A_filter_of_one_rule_is_had_through_the_pipeline()
    {
        using var session = new ServerSession();
        session.Run("New-NetFirewallRule", Smtp);
        session.Run("New-NetFirewallRule", ("Name", "other"), ("DisplayName", "Other"));

        var filter = session.Pipe(("Get-NetFirewallRule", [("Name", "gateway-smtp")]), "Get-NetFirewallPortFilter").Only;

        Assert.Equal("gateway-smtp", Text(filter, "InstanceID"));
        Assert.Equal(2, session.Calls[^1].GetProperty("position").GetInt32());
        Assert.Empty(session.Pipe(("Get-NetFirewallRule", [("Group", "Gateway")]), "Remove-NetFirewallRule").Errors);
        Assert.Equal("other", Text(session.Run("Get-NetFirewallRule").Only, "Name"));
    }

    [Theory]
    [InlineData("mail1.dicommail.com")]
    [InlineData("10.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/255.0.255.0")]
    [InlineData("10.0.0.1-fe80::1")]
    [InlineData("LocalSubnet5")]
    public void What_is_no_address_is_refused_as_RemoteAddress(string address)
    {
        var session = shared.Session;

        var error = session.Run("New-NetFirewallRule", ("DisplayName", "x"), ("RemoteAddress", new[] { address })).Error;

        Assert.Equal("HRESULT 0x80070057,New-NetFirewallRule", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Empty(session.Run("Get-NetFirewallRule").Objects);
    }

    [Fact]
    public void A_port_number_needs_a_protocol_that_has_ports()
    {
        using var session = new ServerSession();

        Assert.Equal("HRESULT 0x80070057,New-NetFirewallRule", session.Run("New-NetFirewallRule", ("DisplayName", "x"), ("RemotePort", "25")).Error.FullyQualifiedErrorId);
        Assert.Empty(session.Run("New-NetFirewallRule", ("DisplayName", "x"), ("RemotePort", "25-26"), ("Protocol", "6")).Errors);
    }

    [Fact]
    public void A_name_is_there_once()
    {
        using var session = new ServerSession();
        session.Run("New-NetFirewallRule", Smtp);

        var error = session.Run("New-NetFirewallRule", Smtp).Error;

        Assert.Equal("Windows System Error 183,New-NetFirewallRule", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
        Assert.Single(session.Run("Get-NetFirewallRule").Objects);
    }

    [Theory]
    [InlineData("Get-NetFirewallRule", "Name", "InstanceID")]
    [InlineData("Remove-NetFirewallRule", "Name", "InstanceID")]
    [InlineData("Set-NetFirewallRule", "Name", "InstanceID")]
    [InlineData("Remove-NetFirewallRule", "DisplayName", "DisplayName")]
    [InlineData("Get-NetFirewallRule", "Group", "RuleGroup")]
    public void A_rule_that_is_missing_is_an_error(string command, string parameter, string property)
    {
        var session = shared.Session;

        var error = session.Run(command, (parameter, "nothing")).Error;

        Assert.Equal($"CmdletizationQuery_NotFound_{property},{command}", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal("CimJobException", error.CategoryInfo.Reason);
    }

    [Fact]
    public void A_missing_rule_stops_the_call_where_the_caller_wants_that() =>
        Assert.Equal(
            "CmdletizationQuery_NotFound_InstanceID,Get-NetFirewallRule",
            Assert.Throws<RemoteException>(() => shared.Session.Run("Get-NetFirewallRule", ("Name", "nothing"), ("ErrorAction", "Stop"))).ErrorRecord.FullyQualifiedErrorId);

    [Fact]
    public void A_wildcard_that_finds_nothing_is_no_error() => Assert.Empty(shared.Session.Run("Get-NetFirewallRule", ("Name", "gateway-*")).Errors);

    [Fact]
    public void A_rule_is_changed_and_renamed()
    {
        using var session = new ServerSession();
        session.Run("New-NetFirewallRule", Smtp);

        var answer = session.Run("Set-NetFirewallRule", ("Name", "gateway-smtp"), ("NewDisplayName", "New"), ("Enabled", "False"), ("RemotePort", "25"), ("PassThru", true));

        Assert.Equal("New", Text(answer.Only, "DisplayName"));
        Assert.Equal((ushort)2, answer.Only.Properties["Enabled"].Value);
        Assert.Equal(["25"], Texts(session.Run("Get-NetFirewallPortFilter").Only, "RemotePort"));
        Assert.Equal(["192.0.2.1", "198.51.100.0/255.255.255.0", "LocalSubnet"], Texts(session.Run("Get-NetFirewallAddressFilter").Only, "RemoteAddress"));
    }

    [Fact]
    public void A_refused_change_keeps_nothing()
    {
        using var session = new ServerSession();
        session.Run("New-NetFirewallRule", Smtp);

        Assert.Equal("HRESULT 0x80070057,Set-NetFirewallRule",
            session.Run("Set-NetFirewallRule", ("Name", "gateway-smtp"), ("Enabled", "False"), ("RemoteAddress", "host.example")).Error.FullyQualifiedErrorId);
        Assert.Equal((ushort)1, session.Run("Get-NetFirewallRule").Only.Properties["Enabled"].Value);
    }

    [Fact]
    public void WhatIf_changes_nothing()
    {
        var session = shared.Session;
        session.Run("New-NetFirewallRule", [.. Smtp, ("WhatIf", true)]);

        Assert.Empty(session.Run("Get-NetFirewallRule").Objects);
    }

    [Fact]
    public void Outbound_is_allowed_by_default_and_only_the_active_store_says_so()
    {
        using var session = new ServerSession();

        Assert.Equal((ushort)0, session.Run("Get-NetFirewallProfile", ("Name", "Domain")).Only.Properties["DefaultOutboundAction"].Value);
        Assert.Equal((ushort)2, session.Run("Get-NetFirewallProfile", ("Name", "Domain"), ("PolicyStore", "ActiveStore")).Only.Properties["DefaultOutboundAction"].Value);

        session.Run("Set-NetFirewallProfile", ("All", true), ("DefaultOutboundAction", "Block"));

        Assert.All(session.Run("Get-NetFirewallProfile", ("PolicyStore", "ActiveStore")).Objects, profile => Assert.Equal((ushort)4, profile.Properties["DefaultOutboundAction"].Value));
    }

    [Fact]
    public void The_active_store_says_what_a_rule_does()
    {
        using var session = new ServerSession();
        session.Run("New-NetFirewallRule", Smtp);
        session.Run("New-NetFirewallRule", ("Name", "off"), ("DisplayName", "x"), ("Enabled", "False"));
        session.Run("New-NetFirewallRule", ("Name", "elsewhere"), ("DisplayName", "x"), ("Profile", "Public"));

        Assert.Equal(["1"], Enforcement(session, "gateway-smtp"));
        Assert.Equal(["4"], Enforcement(session, "off"));
        Assert.Equal(["5"], Enforcement(session, "elsewhere"));
    }

    [Fact]
    public void Group_policy_takes_local_rules_their_effect()
    {
        using var session = new ServerSession(faults: "firewall-policy-disallows-local-rules");
        session.Run("New-NetFirewallRule", Smtp);

        Assert.Equal(["16"], Enforcement(session, "gateway-smtp"));
        Assert.Equal((ushort)0, session.Run("Get-NetFirewallProfile", ("Name", "Domain"), ("PolicyStore", "ActiveStore")).Only.Properties["AllowLocalFirewallRules"].Value);
    }

    [Fact]
    public void A_machine_can_be_written_beforehand_with_rules_from_group_policy()
    {
        using var session = new ServerSession();
        File.WriteAllText(session.StatePath, """
            { "firewall": {
                "profiles": [ { "name": "Domain", "defaultOutboundAction": "Block" }, { "name": "Private" }, { "name": "Public" } ],
                "rules": [ { "name": "gpo-1", "displayName": "From the domain",
                             "policyStoreSource": "hospital.example", "policyStoreSourceType": "GroupPolicy" } ] } }
            """);
        session.Run("New-NetFirewallRule", Smtp);

        Assert.Equal(["gateway-smtp"], Names(session.Run("Get-NetFirewallRule")));
        Assert.Equal(["gpo-1"], Names(session.Run("Get-NetFirewallRule", ("PolicyStore", "RSOP"))));
        Assert.Equal(["gpo-1", "gateway-smtp"], Names(session.Run("Get-NetFirewallRule", ("PolicyStore", "ActiveStore"))));
        Assert.Equal((ushort)4, session.Run("Get-NetFirewallProfile", ("Profile", "Domain")).Only.Properties["DefaultOutboundAction"].Value);
        Assert.Equal("CmdletizationQuery_NotFound_InstanceID,Remove-NetFirewallRule", session.Run("Remove-NetFirewallRule", ("Name", "gpo-1")).Error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Values_come_as_the_type_file_shows_them_on_demand()
    {
        using var session = new ServerSession(faults: "display-values, firewall-policy-disallows-local-rules");
        session.Run("New-NetFirewallRule", Smtp);

        var rule = session.Run("Get-NetFirewallRule", ("PolicyStore", "ActiveStore")).Only;

        Assert.Equal("True", Text(rule, "Enabled"));
        Assert.Equal("Outbound", Text(rule, "Direction"));
        Assert.Equal(["LocalFirewallRulesDisallowed"], Texts(rule, "EnforcementStatus"));
        Assert.Equal("Any", session.Run("Get-NetFirewallPortFilter").Only.Properties["LocalPort"].Value);
    }

    [Fact]
    public void A_module_can_be_missing()
    {
        using var session = new ServerSession(faults: "netsecurity-missing");

        Assert.Equal("CommandNotFoundException", Assert.Throws<RemoteException>(() => session.Run("Get-NetFirewallRule")).ErrorRecord.FullyQualifiedErrorId);
        Assert.NotEmpty(session.Run("Get-Command", ("Name", "Get-Module")).Objects);
    }

    [Theory]
    [InlineData("New-NetFirewallRule")]
    [InlineData("Set-NetFirewallRule")]
    [InlineData("Remove-NetFirewallRule")]
    public void Changes_can_be_denied_while_reading_works(string command)
    {
        using var allowed = new ServerSession();
        allowed.Run("New-NetFirewallRule", Smtp);
        using var denied = new ServerSession(faults: "access-denied", state: allowed.StatePath);

        var error = command.StartsWith("New", StringComparison.Ordinal)
            ? denied.Run(command, ("DisplayName", "x")).Error
            : denied.Run(command, ("Name", "gateway-smtp")).Error;

        Assert.Equal($"Windows System Error 5,{command}", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
        Assert.Single(denied.Run("Get-NetFirewallRule").Objects);
    }

    [Fact]
    public void Faults_can_come_from_the_state_file_while_a_session_runs()
    {
        using var session = new ServerSession();
        File.WriteAllText(session.StatePath, """{ "faults": ["access-denied", "slow:0.5"] }""");
        var watch = Stopwatch.StartNew();

        Assert.Equal("Windows System Error 5,New-NetFirewallRule", session.Run("New-NetFirewallRule", ("DisplayName", "x")).Error.FullyQualifiedErrorId);
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(0.45), $"The call took {watch.Elapsed}.");
    }

    [Fact]
    public async Task Several_processes_see_one_machine_and_lose_nothing()
    {
        using var first = new ServerSession();
        using var second = new ServerSession(state: first.StatePath);
        Assert.NotEqual(first.ProcessId, second.ProcessId);

        await Task.WhenAll(new[] { first, second }.Select((session, index) => Task.Run(
            () =>
            {
                for (var number = 0; number < 20; number++) session.Run("New-NetFirewallRule", ("Name", $"{index}-{number}"), ("DisplayName", "x"));
            },
            TestContext.Current.CancellationToken)));

        Assert.Equal(40, first.Run("Get-NetFirewallRule").Objects.Count);
        Assert.Equal(41, second.Calls.Count);
    }

    [Fact]
    public void The_call_log_has_every_parameter_and_value()
    {
        using var session = new ServerSession();
        session.Run("New-NetFirewallRule", Smtp);

        var call = Assert.Single(session.Calls);
        var parameters = call.GetProperty("parameters");

        Assert.Equal("New-NetFirewallRule", call.GetProperty("command").GetString());
        Assert.Equal(Smtp.Select(parameter => parameter.Item1).Order(), parameters.EnumerateObject().Select(parameter => parameter.Name).Order());
        Assert.Equal("Domain, Private", parameters.GetProperty("Profile").GetString());
        Assert.Equal("198.51.100.0/24", parameters.GetProperty("RemoteAddress")[1].GetString());
    }

    [Fact]
    public void The_server_writes_nothing_to_standard_error_and_ends_with_its_input()
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "powershell"), ["-Version", "5.1", "-s", "-NoLogo", "-NoProfile"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();

        Assert.Equal(string.Empty, process.StandardError.ReadToEnd());
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
    }

    private static IEnumerable<string> Names(Answer answer) => answer.Objects.Select(rule => Text(rule, "Name"));

    private static string Text(PSObject from, string property) => from.Properties[property].Value?.ToString() ?? string.Empty;

    // An array crosses as a list in a PSObject; one value may come bare.
    private static string[] Texts(PSObject from, string property) => from.Properties[property].Value switch
    {
        PSObject { BaseObject: IEnumerable many and not string } => [.. many.Cast<object>().Select(one => one.ToString()!)],
        var one => [one?.ToString() ?? string.Empty],
    };

    private static string[] Enforcement(ServerSession session, string name) =>
        Texts(session.Run("Get-NetFirewallRule", ("Name", name), ("PolicyStore", "ActiveStore")).Only, "EnforcementStatus");
}
