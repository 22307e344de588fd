using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest.Sections;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>The Windows firewall as the product reads and writes it, through the cmdlets of the rig.</summary>
public sealed class WindowsFirewallTests
{
    private const string Group = "DICOM-Mail Gateway";

    private static readonly FirewallRule Smtp = new(
        "GW-smtp-out", "Gateway: SMTP", Group, "Made by a test.", RuleDirection.Outbound, TransportProtocol.Tcp, ["25"], @"D:\VISUS\gateway.exe",
        ["fe80::/64", "10.1.0.0/16", "192.0.2.1"], Enabled: true, Effective: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("10.1.0.0/255.255.0.0", "10.1.0.0/16")]
    [InlineData("10.1.0.0/16", "10.1.0.0/16")]
    [InlineData("fe80::/64", "fe80::/64")]
    [InlineData("2001:db8::/1", "2001:db8::/1")]
    [InlineData("LocalSubnet", "LocalSubnet")]
    public void Only_a_written_out_mask_becomes_a_prefix_length(string read, string expected) => Assert.Equal(expected, WindowsFirewall.PrefixForm(read));

    [Theory]
    [InlineData("")]
    [InlineData("display-values")]
    public async Task A_rule_is_read_back_as_it_was_written(string faults)
    {
        using var rig = new RigPowerShell(faults);
        var firewall = new WindowsFirewall(rig.Connection);
        var rule = Smtp with { Action = RuleAction.Block, Profile = "Domain, Private", LocalAddresses = ["192.0.2.7"], Enabled = false };
        await firewall.PutAsync(rule, Cancel);
        Equal(rule, Assert.Single((await firewall.ReadAsync(Group, Cancel)).Rules));
        await firewall.PutAsync(Smtp, Cancel);
        Equal(Smtp, Assert.Single((await firewall.ReadAsync(Group, Cancel)).Rules));
    }

    [Fact]
    public async Task A_rule_of_our_name_is_found_wherever_it_stands_and_moved_into_our_group()
    {
        using var rig = new RigPowerShell();
        var firewall = new WindowsFirewall(rig.Connection);
        await firewall.PutAsync(Smtp with { Group = "Somebody else's", Action = RuleAction.Block }, Cancel);
        await firewall.PutAsync(Smtp with { Name = "theirs", Group = "Somebody else's" }, Cancel);
        var found = Assert.Single((await firewall.ReadAsync(Group, Cancel)).Rules);
        Assert.Equal(("GW-smtp-out", "Somebody else's", RuleAction.Block), (found.Name, found.Group, found.Action));
        await firewall.PutAsync(Smtp, Cancel);
        Equal(Smtp, Assert.Single((await firewall.ReadAsync(Group, Cancel)).Rules));
    }

    [Fact]
    public async Task A_rule_that_group_policy_takes_its_effect_says_so_with_windows_own_code()
    {
        using var rig = new RigPowerShell("firewall-policy-disallows-local-rules");
        var firewall = new WindowsFirewall(rig.Connection);
        await firewall.PutAsync(Smtp, Cancel);
        var rule = Assert.Single((await firewall.ReadAsync(Group, Cancel)).Rules);
        Assert.False(rule.Effective);
        Assert.Equal("LocalFirewallRulesDisallowed (16)", rule.NotEnforced);
    }

    [Theory]
    [InlineData(null, "1")]
    [InlineData(null, "1", "5")]
    [InlineData(null, "Full", "InactiveProfile")]
    [InlineData(null, "NotApplicable")]
    [InlineData("RemoteAddressResolutionEmpty (7)", "1", "7")]
    [InlineData("CategoryOff (3), OptimizedOut (19)", "3", "OptimizedOut")]
    [InlineData("unknown status 24", "1", "24")]
    [InlineData("unknown status Sideways", "Sideways")]
    public void A_code_that_is_not_known_to_be_harmless_takes_the_effect(string? why, params string[] codes) => Assert.Equal(why, EnforcementStatus.WhyNot(codes));

    [Fact]
    public async Task An_answer_is_shared_within_one_look_and_no_longer()
    {
        using var rig = new RigPowerShell();
        var firewall = new WindowsFirewall(rig.Connection);
        await firewall.PutAsync(Smtp, Cancel);
        await firewall.ReadAsync(Group, Cancel);
        var calls = rig.Calls.Count;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => firewall.ReadAsync(Group, Cancel)));
        await firewall.ReadAsync("another group", Cancel);
        Assert.Equal(calls, rig.Calls.Count);

        rig.ChangeRule("GW-smtp-out", "enabled", "False");
        firewall.Forget();
        Assert.False(Assert.Single((await firewall.ReadAsync(Group, Cancel)).Rules).Enabled);
        rig.ChangeRule("GW-smtp-out", "enabled", "True");
        firewall.Forget();
        Assert.True(Assert.Single((await firewall.ReadAsync(Group, Cancel)).Rules).Enabled);
    }

    [Fact]
    public async Task A_rule_that_could_not_be_put_back_is_not_touched()
    {
        using var rig = new RigPowerShell();
        var firewall = new WindowsFirewall(rig.Connection);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => firewall.PutAsync(Smtp with { Action = RuleAction.AllowBypass }, Cancel));
        Assert.Equal("GW2303", refused.Diagnostic.Code);
        Assert.DoesNotContain("New-NetFirewallRule", rig.Calls);
    }

    // Lists are compared without regard to order, as the product does.
    private static void Equal(FirewallRule expected, FirewallRule actual)
    {
        static string Show(FirewallRule rule) => string.Join(" | ",
            rule.Name, rule.DisplayName, rule.Group, rule.Description, rule.Direction, rule.Protocol, string.Join(',', rule.Ports), rule.Program,
            string.Join(',', rule.RemoteAddresses.Order(StringComparer.Ordinal)), string.Join(',', rule.LocalAddresses), rule.Enabled, rule.Effective, rule.Action, rule.Profile, rule.NotEnforced);
        Assert.Equal(Show(expected), Show(actual));
    }
}
