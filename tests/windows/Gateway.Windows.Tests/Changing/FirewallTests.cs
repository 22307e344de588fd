using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Xunit;

namespace Gateway.Windows.Tests.Changing;

/// <summary>A rule of the firewall in effect, as another PowerShell sees it in the active store. Makes a rule for a program that does not exist, and removes it.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public sealed class FirewallTests : IAsyncDisposable
{
    private readonly string name = $"{FirewallRule.OurPrefix}{ThisMachine.NewName()}";

    public async ValueTask DisposeAsync()
    {
        if (Permission.WhyNot(changes: true) is null)
            await WindowsTool.AskAsync($"Remove-NetFirewallRule -Name '{name}' -ErrorAction SilentlyContinue", CancellationToken.None);
    }

    [Fact]
    public async Task A_rule_is_made_changed_moved_to_another_group_and_removed()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var rule = new FirewallRule(
            name, $"{name} (Röntgen)", name, "of a test", RuleDirection.Inbound, TransportProtocol.Tcp, ["11112", "20000-20010"],
            @"C:\Program Files\No such program\x.exe", ["10.20.0.0/16", "LocalSubnet", "192.0.2.7"], Enabled: true, Effective: true);
        await machine.Firewall.PutAsync(rule, cancel);
        var told = (await ToldAsync(cancel))!;
        Assert.Equal(("True", "Inbound", "Allow", "Any"), ((string)told["Enabled"]!, (string)told["Direction"]!, (string)told["Action"]!, (string)told["Profile"]!));
        Assert.Equal((rule.DisplayName, rule.Group, rule.Description), ((string)told["DisplayName"]!, (string)told["Group"]!, (string)told["Description"]!));
        Assert.Equal(("TCP", "11112,20000-20010", "Any"), ((string)told["Protocol"]!, (string)told["LocalPort"]!, (string)told["RemotePort"]!));
        Assert.Equal(rule.Program, (string)told["Program"]!);
        Assert.Equal(["10.20.0.0/255.255.0.0", "192.0.2.7", "LocalSubnet"], ((string)told["RemoteAddress"]!).Split(',').Order(StringComparer.Ordinal));

        // What the product reads back is what it wrote; and it is enforced, unless Windows says why not.
        var read = await ReadAsync(machine.Firewall, rule.Group, cancel);
        Assert.True(SameRule(rule, read), $"{read}");
        Assert.Equal(read.Effective, read.NotEnforced is null);
        var statuses = ((string)told["Enforcement"]!).Split(',');
        Assert.True(
            read.Effective == Array.TrueForAll(statuses, s => s is "1" or "2" or "4" or "5" or "Full" or "Enforced" or "NotApplicable" or "FirewallOffInProfile" or "DisabledObject" or "InactiveProfile" or "ProfileInactive" or ""),
            $"read as in effect: {read.Effective} ({read.NotEnforced}); Windows says {string.Join(", ", statuses)}");

        // Everything that can change changes, in place.
        var changed = rule with
        {
            DisplayName = $"{name} changed",
            Direction = RuleDirection.Outbound,
            Protocol = TransportProtocol.Udp,
            Ports = ["123"],
            Program = null,
            RemoteAddresses = ["Any"],
            Enabled = false,
        };
        await machine.Firewall.PutAsync(changed, cancel);
        told = (await ToldAsync(cancel))!;
        Assert.Equal(("False", "Outbound", "UDP", "Any", "123", "Any"), ((string)told["Enabled"]!, (string)told["Direction"]!, (string)told["Protocol"]!, (string)told["LocalPort"]!, (string)told["RemotePort"]!, (string)told["Program"]!));
        Assert.True(SameRule(changed, await ReadAsync(machine.Firewall, rule.Group, cancel)));

        // A rule's group cannot be changed: it becomes another rule of the same name.
        var moved = rule with { Group = $"{name} 2" };
        await machine.Firewall.PutAsync(moved, cancel);
        Assert.Equal(moved.Group, (string)(await ToldAsync(cancel))!["Group"]!);
        Assert.True(SameRule(moved, await ReadAsync(machine.Firewall, moved.Group, cancel)));

        await machine.Firewall.RemoveAsync(name, cancel);
        Assert.Null(await ToldAsync(cancel));
        await machine.Firewall.RemoveAsync(name, cancel); // of one that is not there
        Assert.DoesNotContain((await machine.Firewall.ReadAsync(moved.Group, cancel)).Rules, r => r.Name == name);
    }

    private async Task<FirewallRule> ReadAsync(IFirewall firewall, string group, CancellationToken cancel) =>
        (await firewall.ReadAsync(group, cancel)).Rules.Single(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool SameRule(FirewallRule wanted, FirewallRule read) =>
        wanted with { Ports = [], RemoteAddresses = [], LocalAddresses = [], Effective = true, NotEnforced = null } == read with { Ports = [], RemoteAddresses = [], LocalAddresses = [], Effective = true, NotEnforced = null, Program = SameText(wanted.Program, read.Program) ? wanted.Program : read.Program }
        && wanted.Ports.Order(StringComparer.Ordinal).SequenceEqual(read.Ports.Order(StringComparer.Ordinal))
        && wanted.RemoteAddresses.Order(StringComparer.Ordinal).SequenceEqual(read.RemoteAddresses.Order(StringComparer.Ordinal))
        && wanted.LocalAddresses.SequenceEqual(read.LocalAddresses);

    private static bool SameText(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private async Task<JsonNode?> ToldAsync(CancellationToken cancel) => (await WindowsTool.AskAsync(
        $$"""
        Get-NetFirewallRule -PolicyStore ActiveStore -Name '{{name}}' -ErrorAction SilentlyContinue | ForEach-Object {
          $port = $_ | Get-NetFirewallPortFilter
          $address = $_ | Get-NetFirewallAddressFilter
          $program = $_ | Get-NetFirewallApplicationFilter
          [pscustomobject]@{
            Enabled = "$($_.Enabled)"; Direction = "$($_.Direction)"; Action = "$($_.Action)"; Profile = "$($_.Profile)"
            DisplayName = $_.DisplayName; Group = $_.Group; Description = $_.Description; Enforcement = @($_.EnforcementStatus) -join ','
            Protocol = "$($port.Protocol)"; LocalPort = @($port.LocalPort) -join ','; RemotePort = @($port.RemotePort) -join ','
            RemoteAddress = @($address.RemoteAddress) -join ','; Program = $program.Program
          }
        }
        """, cancel)).SingleOrDefault();
}
