using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Tests.Wrapping;
using Xunit;

namespace Gateway.Provisioning.Tests.Applying;

/// <summary>A rule that is pinned to the addresses of names. The names' addresses are input: neither the manifest moved when they change, nor the machine.</summary>
public class PinnedAddressTests
{
    private const string Pinned =
        """
        { "firewall": { "outbound": [
            { "id": "smtp-out", "purpose": "mail", "ports": ["25", "995"], "pinAddresses": true },
            { "id": "monitoring-out", "purpose": "monitoring", "ports": ["8140"] } ] },
          "mail": { "servers": [ { "host": "mail1.dicommail.com" }, { "host": "mail2.dicommail.com" } ] } }
        """;

    private static readonly ResourceId Rule = new("firewall-rule", "smtp-out");

    [Fact]
    public async Task Without_pinning_a_rule_lets_its_program_reach_any_address()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        Assert.All(machine.Store.Now.Firewall!.Rules.Where(r => r.Direction == RuleDirection.Outbound), r => Assert.Equal(["Any"], r.RemoteAddresses));
    }

    [Fact]
    public async Task Addresses_that_changed_are_input_and_a_rule_that_somebody_changed_is_drift()
    {
        var names = new Names { ["mail1.dicommail.com"] = ["192.0.2.1", "192.0.2.2"], ["mail2.dicommail.com"] = ["192.0.2.2", "2001:db8::2"] };
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance(Pinned), wrap: inner => new WrappedMachine(inner) { Network = names.Around(inner.Network) });
        await machine.ApplyAsync();
        Assert.Equal(["192.0.2.1", "192.0.2.2", "2001:db8::2"], Smtp(machine).RemoteAddresses);
        Assert.Equal(["Any"], machine.Store.Now.Firewall!.Rules.Single(r => r.Name == "GW-monitoring-out").RemoteAddresses);
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);

        // The same addresses in another order are the same addresses.
        names["mail1.dicommail.com"] = ["192.0.2.2", "192.0.2.1"];
        Assert.Empty((await machine.AssessAsync()).Plan.Changes);

        names["mail2.dicommail.com"] = ["198.51.100.7"];
        var change = Assert.Single((await machine.AssessAsync()).Plan.Changes);
        Assert.Equal((Rule, ChangeAction.Update, ChangeCause.InputMoved), (change.Resource, change.Action, change.Cause));
        Assert.Equal(new PropertyChange("remoteAddresses", "192.0.2.1, 192.0.2.2, 2001:db8::2", "192.0.2.1, 192.0.2.2, 198.51.100.7"), Assert.Single(change.Properties));

        // Somebody put an address into the rule by hand: the machine moved, whatever the names say.
        machine.Store.Update(f => f with { Firewall = f.Firewall! with { Rules = [.. f.Firewall.Rules.Select(r => r.Name == "GW-smtp-out" ? r with { RemoteAddresses = ["203.0.113.9"] } : r)] } });
        Assert.Equal(ChangeCause.MachineMoved, Assert.Single((await machine.AssessAsync()).Plan.Changes).Cause);

        await machine.ApplyAsync();
        Assert.Equal(["192.0.2.2", "192.0.2.1", "198.51.100.7"], Smtp(machine).RemoteAddresses);

        // Its name in the manifest moved, and with it what the rule is for: intent.
        var renamed = Rehearsed.DefaultAppliance(Pinned.Replace("[\"25\", \"995\"]", "[\"25\"]", StringComparison.Ordinal));
        Assert.Equal(ChangeCause.ManifestMoved, (await machine.AssessAsync(renamed)).Plan.Changes.Single(c => c.Resource == Rule).Cause);
    }

    [Fact]
    public async Task A_name_that_nobody_resolves_leaves_the_rule_as_it_is_and_says_so()
    {
        var names = new Names { ["mail1.dicommail.com"] = ["192.0.2.1"], ["mail2.dicommail.com"] = ["192.0.2.2"] };
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance(Pinned), wrap: inner => new WrappedMachine(inner) { Network = names.Around(inner.Network) });
        await machine.ApplyAsync();
        names.Remove("mail2.dicommail.com");
        var assessment = await machine.AssessAsync();
        Assert.Empty(assessment.Plan.Changes);
        var unplanned = Assert.Single(assessment.Plan.NotPlanned, n => n.Resource == Rule);
        Assert.Contains("mail2.dicommail.com cannot be resolved", unplanned.Why, StringComparison.Ordinal);
        Assert.Equal(["192.0.2.1", "192.0.2.2"], Smtp(machine).RemoteAddresses);
    }

    [Fact]
    public async Task A_rollback_takes_a_pinned_rule_away_without_asking_for_a_name()
    {
        var names = new Names { ["mail1.dicommail.com"] = ["192.0.2.1"], ["mail2.dicommail.com"] = ["192.0.2.2"] };
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance(Pinned), wrap: inner => new WrappedMachine(inner) { Network = names.Around(inner.Network) });
        await machine.ApplyAsync();
        names.Clear();
        var rollback = await machine.RollbackAsync();
        Assert.True(rollback.Outcome == ApplyOutcome.RolledBack, string.Join("\n", rollback.Diagnostics));
        Assert.Empty(machine.Store.Now.Firewall!.Rules);
    }

    private static FirewallRule Smtp(Rehearsed machine) => machine.Store.Now.Firewall!.Rules.Single(r => r.Name == "GW-smtp-out");

    /// <summary>A site's DNS: names and the addresses that they have now.</summary>
    private sealed class Names : Dictionary<string, string[]>
    {
        public INetwork Around(INetwork inner) => new Network(this, inner);

        private sealed class Network(Names names, INetwork inner) : INetwork
        {
            public Provenance Provenance => inner.Provenance;

            public Task<IReadOnlyList<ListenerState>> ListenersAsync(CancellationToken cancel) => inner.ListenersAsync(cancel);

            public Task<ProbeResult> ProbeAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel) => inner.ProbeAsync(host, port, kind, cancel);

            public Task<IReadOnlyList<string>> AddressesAsync(HostName host, CancellationToken cancel) => names.TryGetValue(host.Text, out var addresses)
                ? Task.FromResult<IReadOnlyList<string>>(addresses)
                : throw new NotAssessableException(new($"{host} lässt sich nicht auflösen", $"{host} cannot be resolved"));
        }
    }
}
