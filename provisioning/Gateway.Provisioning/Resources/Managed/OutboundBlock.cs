using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>A firewall profile that blocks outbound traffic which no rule names (<c>outboundDefault: block</c>).</summary>
public sealed record OutboundBlock : ManagedResource<FirewallProfile>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "outbound-block";

    /// <summary>Domain, Private or Public.</summary>
    public required string Profile { get; init; }

    /// <summary>The group of all our rules.</summary>
    public required string Group { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Profile);

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"das Firewall-Profil {Profile} sperrt ausgehenden Verkehr, den keine Regel nennt",
        $"the firewall profile {Profile} blocks outbound traffic that no rule names");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Firewall.Provenance;

    /// <inheritdoc/>
    protected override async Task<FirewallProfile?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        (await machine.Firewall.ReadAsync(Group, cancel)).Profiles.FirstOrDefault(p => p.Name == Profile);

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, FirewallProfile? now) => Unequal("blocksOutbound", now?.BlocksOutbound.ToString(), "True");

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, FirewallProfile? now, bool restart, CancellationToken cancel) =>
        machine.Firewall.SetOutboundDefaultAsync(Profile, block: true, cancel);

    /// <inheritdoc/>
    protected override async Task<string?> RestoreAsync(IMachine machine, FirewallProfile? before, CancellationToken cancel)
    {
        await machine.Firewall.SetOutboundDefaultAsync(Profile, before?.BlocksOutbound ?? false, cancel);
        return null;
    }
}
