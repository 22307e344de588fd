using System.Text.Json.Serialization;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>An allow rule of the Windows firewall, compared by what is in effect, not by what is stored.</summary>
public sealed record FirewallAllowRule : ManagedResource<FirewallRule>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "firewall-rule";

    /// <summary>Names the rule.</summary>
    public required ItemId Name { get; init; }

    /// <summary>The group of all our rules.</summary>
    public required string Group { get; init; }

    /// <summary>In or out.</summary>
    public required RuleDirection Direction { get; init; }

    /// <summary>TCP or UDP.</summary>
    public required TransportProtocol Protocol { get; init; }

    /// <summary>Local ports of an inbound rule, remote ports of an outbound one.</summary>
    public required IReadOnlyList<PortRange> Ports { get; init; }

    /// <summary>The program that it is limited to, or any.</summary>
    public WindowsPath? Program { get; init; }

    /// <summary>The other side.</summary>
    public required IReadOnlyList<RemoteAddress> RemoteAddresses { get; init; }

    /// <summary>The hosts whose addresses are the other side, or null. Addresses that change are input: the manifest and the machine are as they were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HostName>? PinnedTo { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Name.Text);

    /// <inheritdoc/>
    public override bool TakesInput => PinnedTo is not null;

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"eine wirksame Regel erlaubt {(Direction == RuleDirection.Inbound ? "eingehend" : "ausgehend")} {What}{(Program is null ? "" : $" von {Program}")}",
        $"an effective rule allows {Direction.ToString().ToLowerInvariant()} {What}{(Program is null ? "" : $" of {Program}")}");

    private string What => $"{Protocol.ToString().ToUpperInvariant()} {string.Join(",", Ports)}";

    private FirewallRule Rule => new(
        $"{FirewallRule.OurPrefix}{Name}", $"DICOM-Mail Gateway: {Name}", Group, "Made by the gateway appliance from its manifest.", Direction, Protocol,
        [.. Ports.Select(p => p.Text)], Program?.Text, [.. RemoteAddresses.Select(a => a.Text)], Enabled: true, Effective: true);

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Firewall.Provenance;

    /// <inheritdoc/>
    protected override async Task<FirewallRule?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        (await machine.Firewall.ReadAsync(Group, cancel)).Rules.FirstOrDefault(r => r.Name.Equals(Rule.Name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    protected override async Task<ManagedResource<FirewallRule>> WithInputAsync(IMachine machine, CancellationToken cancel)
    {
        if (PinnedTo is null)
            return this;
        var addresses = new List<RemoteAddress>();
        foreach (var host in PinnedTo)
        {
            foreach (var text in await machine.Network.AddressesAsync(host, cancel))
            {
                if (RemoteAddress.TryRead(text, out var address) && !addresses.Contains(address))
                    addresses.Add(address);
            }
        }

        return addresses.Count == 0
            ? throw new NotAssessableException(new($"{string.Join(", ", PinnedTo)}: keine Adresse", $"{string.Join(", ", PinnedTo)}: no address"))
            : this with { RemoteAddresses = addresses };
    }

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, FirewallRule? now)
    {
        var rule = Rule;
        return
        [
            .. Unequal("group", now?.Group, rule.Group),
            .. Unequal("action", now?.Action.ToString(), rule.Action.ToString()),
            .. Unequal("profile", now?.Profile, rule.Profile),
            .. Unequal("displayName", now?.DisplayName, rule.DisplayName),
            .. Unequal("direction", now?.Direction.ToString(), rule.Direction.ToString()),
            .. Unequal("protocol", now?.Protocol.ToString(), rule.Protocol.ToString()),
            .. Unequal("ports", Unordered(now?.Ports), Unordered(rule.Ports)!),
            .. Unequal("program", now is null ? null : now.Program ?? "any", rule.Program ?? "any", StringComparison.OrdinalIgnoreCase),
            .. Unequal("localAddresses", Unordered(now?.LocalAddresses), Unordered(rule.LocalAddresses)!, StringComparison.OrdinalIgnoreCase),
            .. Unequal("remoteAddresses", Unordered(now?.RemoteAddresses), Unordered(rule.RemoteAddresses)!, StringComparison.OrdinalIgnoreCase),
            .. Unequal("enabled", now?.Enabled.ToString(), "True"),
            .. Unequal("effective", now?.Effective.ToString(), "True"),
        ];
    }

    /// <inheritdoc/>
    protected override async Task<Remark?> NoteAsync(IMachine machine, FirewallRule? now, CancellationToken cancel)
    {
        if (now is { Effective: false })
        {
            var why = now.NotEnforced is { } reason ? $": {reason}" : "";
            return new(new(
                $"die Regel ist vorhanden, wird aber nicht durchgesetzt{why}; möglicherweise verbietet eine Gruppenrichtlinie lokale Regeln, die Administratoren der Domäne fragen",
                $"the rule exists but is not enforced{why}; group policy may forbid local rules, ask the domain's administrators"));
        }

        var profiles = (await machine.Firewall.ReadAsync(Group, cancel)).Profiles;
        return Direction == RuleDirection.Outbound && profiles.Any(p => !p.BlocksOutbound)
            ? new(
                new("deklariert, ohne Wirkung: ausgehender Verkehr ist ohnehin erlaubt; die Verbindungsprüfung entscheidet", "declared, without effect: outbound traffic is allowed anyway; the live probe decides"),
                IsWithoutEffect: true)
            : null;
    }

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, FirewallRule? now, bool restart, CancellationToken cancel) => machine.Firewall.PutAsync(Rule, cancel);

    /// <inheritdoc/>
    protected override async Task<string?> RestoreAsync(IMachine machine, FirewallRule? before, CancellationToken cancel)
    {
        if (before is null)
            await machine.Firewall.RemoveAsync(Rule.Name, cancel);
        else
            await machine.Firewall.PutAsync(before, cancel);
        return null;
    }

    private static string? Unordered(IReadOnlyList<string>? values) => values is null ? null : string.Join(", ", values.Order(StringComparer.OrdinalIgnoreCase));
}
