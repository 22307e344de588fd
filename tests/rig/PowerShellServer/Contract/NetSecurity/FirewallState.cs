using Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity;
using Action = Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity.Action;

namespace Gateway.Rig.PowerShellServer.Contract.NetSecurity;

/// <summary>The firewall of the rig's machine: section <c>firewall</c> of the state file. A fresh one has no rules.</summary>
public sealed class FirewallState
{
    /// <summary>The section's name.</summary>
    public const string Section = "firewall";

    /// <summary>The profile of the network that the machine is in.</summary>
    public Profile ActiveProfile { get; set; } = Profile.Domain;

    public List<RuleState> Rules { get; set; } = [];

    /// <summary>"Get-NetFirewallProfile": Domain, Private and Public, always all three.</summary>
    public List<ProfileState> Profiles { get; set; } = [new() { Name = "Domain" }, new() { Name = "Private" }, new() { Name = "Public" }];
}

/// <summary>One rule with its filters; defaults are those of "New-NetFirewallRule".</summary>
public sealed class RuleState
{
    public string Name { get; set; } = string.Empty;

    public string DisplayName { get; set; } = string.Empty;

    public string? Description { get; set; }

    public string? Group { get; set; }

    public Enabled Enabled { get; set; } = Enabled.True;

    public Profile Profile { get; set; } = Profile.Any;

    public Direction Direction { get; set; } = Direction.Inbound;

    public Action Action { get; set; } = Action.Allow;

    public EdgeTraversal EdgeTraversalPolicy { get; set; } = EdgeTraversal.Block;

    public string PolicyStoreSource { get; set; } = "PersistentStore";

    public PolicyStoreType PolicyStoreSourceType { get; set; } = PolicyStoreType.Local;

    public string Protocol { get; set; } = "Any";

    public List<string> LocalPort { get; set; } = ["Any"];

    public List<string> RemotePort { get; set; } = ["Any"];

    public List<string> LocalAddress { get; set; } = ["Any"];

    public List<string> RemoteAddress { get; set; } = ["Any"];

    public string Program { get; set; } = "Any";

    public string Service { get; set; } = "Any";

    public InterfaceType InterfaceType { get; set; } = InterfaceType.Any;
}

/// <summary>One profile as it is configured; what is not configured has an effective value all the same.</summary>
public sealed class ProfileState
{
    public string Name { get; set; } = string.Empty;

    public GpoBoolean Enabled { get; set; } = GpoBoolean.True;

    public Action DefaultInboundAction { get; set; } = Action.NotConfigured;

    public Action DefaultOutboundAction { get; set; } = Action.NotConfigured;

    public GpoBoolean AllowInboundRules { get; set; } = GpoBoolean.NotConfigured;

    public GpoBoolean AllowLocalFirewallRules { get; set; } = GpoBoolean.NotConfigured;

    public GpoBoolean NotifyOnListen { get; set; } = GpoBoolean.False;

    public GpoBoolean LogAllowed { get; set; } = GpoBoolean.False;

    public GpoBoolean LogBlocked { get; set; } = GpoBoolean.False;

    public string LogFileName { get; set; } = @"%systemroot%\system32\LogFiles\Firewall\pfirewall.log";

    public ulong LogMaxSizeKilobytes { get; set; } = 4096;
}
