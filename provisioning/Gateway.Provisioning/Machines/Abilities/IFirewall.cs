using System.Text.Json.Serialization;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>The firewall.</summary>
public interface IFirewall : IAbility
{
    /// <summary>Profiles, and the rules of a group in effect.</summary>
    /// <param name="group">The group.</param>
    /// <param name="cancel">Cancels.</param>
    Task<FirewallState> ReadAsync(string group, CancellationToken cancel);

    /// <summary>Creates a rule or makes an existing one equal to it.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="cancel">Cancels.</param>
    Task PutAsync(FirewallRule rule, CancellationToken cancel);

    /// <summary>Removes a rule; nothing happens when there is none.</summary>
    /// <param name="name">Its unique name.</param>
    /// <param name="cancel">Cancels.</param>
    Task RemoveAsync(string name, CancellationToken cancel);

    /// <summary>Sets what a profile does with outbound traffic that no rule names.</summary>
    /// <param name="profile">Domain, Private or Public.</param>
    /// <param name="block">Whether it is blocked.</param>
    /// <param name="cancel">Cancels.</param>
    Task SetOutboundDefaultAsync(string profile, bool block, CancellationToken cancel);
}

/// <summary>Direction of a firewall rule (MSFT_NetFirewallRule.Direction).</summary>
public enum RuleDirection
{
    /// <summary>1.</summary>
    Inbound,

    /// <summary>2.</summary>
    Outbound,
}

/// <summary>What a firewall rule does (MSFT_NetFirewallRule.Action).</summary>
public enum RuleAction
{
    /// <summary>2.</summary>
    Allow,

    /// <summary>3: authenticated connections pass block rules too.</summary>
    AllowBypass,

    /// <summary>4.</summary>
    Block,
}

/// <summary>A rule of the firewall, in effect or not.</summary>
/// <param name="Name">Its unique name.</param>
/// <param name="DisplayName">What an administrator sees.</param>
/// <param name="Group">Its group.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Direction">In or out.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Ports">Local ports of an inbound rule, remote ports of an outbound one.</param>
/// <param name="Program">The program that it is limited to, or null for any.</param>
/// <param name="RemoteAddresses">The other side, in no order.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Effective">Whether it is enforced; group policy can disable an existing rule.</param>
public sealed record FirewallRule(
    string Name,
    string DisplayName,
    string Group,
    string Description,
    RuleDirection Direction,
    TransportProtocol Protocol,
    IReadOnlyList<string> Ports,
    string? Program,
    IReadOnlyList<string> RemoteAddresses,
    bool Enabled,
    bool Effective)
{
    /// <summary>How the names of our rules begin.</summary>
    public const string OurPrefix = "GW-";

    /// <summary>Whether it allows or blocks.</summary>
    public RuleAction Action { get; init; } = RuleAction.Allow;

    /// <summary>The network profiles in which it applies: <c>Any</c>, or names with commas.</summary>
    public string Profile { get; init; } = "Any";

    /// <summary>The addresses of this machine that it is limited to, in no order.</summary>
    public IReadOnlyList<string> LocalAddresses { get; init; } = ["Any"];

    /// <summary>Why it is not enforced, as Windows names it, or null when it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotEnforced { get; init; }
}

/// <summary>A firewall profile's defaults.</summary>
/// <param name="Name">Domain, Private or Public.</param>
/// <param name="Enabled">Whether the firewall is on.</param>
/// <param name="BlocksInbound">Whether inbound traffic without a rule is blocked.</param>
/// <param name="BlocksOutbound">Whether outbound traffic without a rule is blocked.</param>
public sealed record FirewallProfile(string Name, bool Enabled, bool BlocksInbound, bool BlocksOutbound);

/// <summary>The firewall.</summary>
/// <param name="Profiles">Its profiles.</param>
/// <param name="Rules">The rules of our group, and foreign ones that carry one of our names.</param>
public sealed record FirewallState(IReadOnlyList<FirewallProfile> Profiles, IReadOnlyList<FirewallRule> Rules)
{
    /// <summary>The profiles in which policy ignores rules that were made on the machine itself, or null when nobody looked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ProfilesWithoutLocalRules { get; init; }

    /// <summary>The profiles of the networks that the machine is in, or null when nobody looked, or nobody could say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ActiveProfiles { get; init; }
}
