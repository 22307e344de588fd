using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-DOM: firewall rules that are made on the machine count, before any is made: where policy ignores them they exist and have no effect. A domain can distribute the rules itself instead.</summary>
public sealed record LocalRulesCount : Assertion
{
    /// <summary>The group of our rules.</summary>
    public required string Group { get; init; }

    /// <summary>The unique names of our rules.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("local-rules-count", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("Firewall-Regeln, die auf dem Rechner angelegt werden, gelten", "firewall rules that are made on the machine count");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Firewall.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var state = await machine.Firewall.ReadAsync(Group, cancel);
        var how = machine.Firewall.Provenance;
        if (state.ProfilesWithoutLocalRules is not { } ignoring)
            return Unknown(NotAssessed, how, new("die Faktendatei enthält nicht, ob lokale Regeln gelten", "the facts file does not hold whether local rules count"));
        var blocking = state.Profiles.Where(p => p.BlocksOutbound).Select(p => p.Name).ToList();
        Wording outbound = blocking.Count == 0
            ? new("ausgehend standardmäßig erlaubt", "outbound allowed by default")
            : new($"ausgehend standardmäßig gesperrt in {string.Join(", ", blocking)}", $"outbound blocked by default in {string.Join(", ", blocking)}");
        if (ignoring.Count == 0)
            return Judge(true, new($"sie gelten in jedem Profil; {outbound.German}", $"they count in every profile; {outbound}"), how);

        var here = state.ActiveProfiles is { } active ? ignoring.Intersect(active).ToList() : ignoring;
        var profiles = string.Join(", ", ignoring);
        Wording elsewhere = new(
            $"eine Richtlinie ignoriert lokale Regeln im Profil {profiles}; kommt der Rechner in ein solches Netz, wirken die Regeln des Gateways dort nicht",
            $"policy ignores local rules in profile {profiles}; should the machine get into such a network, the gateway's rules have no effect there");
        if (here.Count == 0)
            return Judge(true, new($"sie gelten im Profil dieses Netzes ({string.Join(", ", state.ActiveProfiles!)}); {outbound.German}", $"they count in this network's profile ({string.Join(", ", state.ActiveProfiles!)}); {outbound}"), how, elsewhere);
        var missing = Rules.Where(name => !state.Rules.Any(r => r.Effective && r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))).ToList();
        return missing.Count == 0
            ? Judge(true, new($"eine Richtlinie ignoriert lokale Regeln im Profil {profiles}, und alle {Rules.Count} Regeln sind trotzdem in Kraft; {outbound.German}", $"policy ignores local rules in profile {profiles}, and all {Rules.Count} rules are in force all the same; {outbound}"), how)
            : Judge(
                false,
                new($"eine Richtlinie ignoriert lokale Firewall-Regeln im Profil {string.Join(", ", here)}; {outbound.German}", $"policy ignores local firewall rules in profile {string.Join(", ", here)}; {outbound}"),
                how,
                new(
                    $"die Administratoren der Domäne bitten, für diesen Rechner „Lokale Firewallregeln anwenden“ zuzulassen, oder die Regeln {string.Join(", ", missing)} per Richtlinie zu verteilen",
                    $"ask the domain's administrators to let this machine apply local firewall rules (rule merging), or to distribute the rules {string.Join(", ", missing)} by policy"));
    }
}
