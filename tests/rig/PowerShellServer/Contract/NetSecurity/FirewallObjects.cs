using System.Management.Automation;
using Gateway.Rig.PowerShellServer.State;
using Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity;

namespace Gateway.Rig.PowerShellServer.Contract.NetSecurity;

/// <summary>
/// What the Get- commands answer. On Windows a CIM instance crosses the pipe twice in one object: its CIM properties (integers, string
/// arrays) and, under the same names, what the module's type file makes of them (enumerations; a single port as plain text). An engine
/// that can rebuild the CIM instance, as on Windows, keeps the former and adds only those of the latter that CIM does not have (Name,
/// ID, Group, Profile, Platform, LSM); one that cannot shows the latter. The rig answers in the first shape, and in the second
/// with the fault <c>display-values</c>: a client has to understand both.
/// </summary>
public sealed class FirewallObjects(Faults faults)
{
    public const string RuleClass = "MSFT_NetFirewallRule";
    public const string PortClass = "MSFT_NetProtocolPortFilter";
    public const string AddressClass = "MSFT_NetAddressFilter";
    public const string ApplicationClass = "MSFT_NetApplicationFilter";
    public const string ServiceClass = "MSFT_NetServiceFilter";
    public const string ProfileClass = "MSFT_NetFirewallProfile";

    private readonly bool _display = faults.Has(Faults.DisplayValues);

    /// <summary>"MSFT_NetFirewallRule class"; Name and ID are InstanceID, Group is RuleGroup ("Get-NetFirewallRule").</summary>
    public PSObject Rule(FirewallState firewall, RuleState rule, Store store) => CimObject.Of(
        RuleClass,
        ("Name", rule.Name),
        ("ID", rule.Name),
        ("Group", rule.Group),
        ("Profile", rule.Profile),
        ("Platform", Array.Empty<string>()),
        ("LSM", false),
        ("Caption", null),
        ("Description", rule.Description),
        ("ElementName", rule.DisplayName),
        ("InstanceID", rule.Name),
        ("CreationClassName", $"MSFT|FW|FirewallRule|{rule.Name}"),
        ("PolicyRuleName", string.Empty),
        ("DisplayName", rule.DisplayName),
        ("DisplayGroup", rule.Group),
        ("RuleGroup", rule.Group),
        ("Enabled", Value(rule.Enabled)),
        ("Profiles", (ushort)rule.Profile),
        ("Platforms", Array.Empty<string>()),
        ("Direction", Value(rule.Direction)),
        ("Action", Value(rule.Action)),
        ("EdgeTraversalPolicy", Value(rule.EdgeTraversalPolicy)),
        ("LooseSourceMapping", false),
        ("LocalOnlyMapping", false),
        ("Owner", null),
        ("PrimaryStatus", Value(PrimaryStatus.OK)),
        ("Status", "The rule was parsed successfully from the store. (65536)"),
        ("StatusCode", 65536u),
        ("EnforcementStatus", Enforcement(store.Enforcement(firewall, rule))),
        ("PolicyStoreSource", rule.PolicyStoreSource),
        ("PolicyStoreSourceType", Value(rule.PolicyStoreSourceType)));

    /// <summary>"MSFT_NetProtocolPortFilter class"; its InstanceID is the rule's ("Get-NetFirewallPortFilter": always one to one).</summary>
    public PSObject Ports(RuleState rule) => CimObject.Of(
        PortClass,
        ("InstanceID", rule.Name),
        ("CreationClassName", $"MSFT|FW|FirewallRule|{rule.Name}"),
        ("Protocol", rule.Protocol),
        ("LocalPort", List(rule.LocalPort)),
        ("RemotePort", List(rule.RemotePort)),
        ("IcmpType", List(["Any"])),
        ("DynamicTransport", Value(DynamicTransport.Any)),
        ("DynamicTarget", DynamicTransport.Any));

    /// <summary>"MSFT_NetAddressFilter class".</summary>
    public PSObject Addresses(RuleState rule) => CimObject.Of(
        AddressClass,
        ("InstanceID", rule.Name),
        ("CreationClassName", $"MSFT|FW|FirewallRule|{rule.Name}"),
        ("LocalAddress", List(rule.LocalAddress)),
        ("LocalIP", List(rule.LocalAddress)),
        ("RemoteAddress", List(rule.RemoteAddress)),
        ("RemoteIP", List(rule.RemoteAddress)));

    /// <summary>"MSFT_NetApplicationFilter class".</summary>
    public PSObject Application(RuleState rule) => CimObject.Of(
        ApplicationClass,
        ("InstanceID", rule.Name),
        ("CreationClassName", $"MSFT|FW|FirewallRule|{rule.Name}"),
        ("Program", rule.Program),
        ("AppPath", rule.Program),
        ("Package", null));

    /// <summary>"MSFT_NetServiceFilter class".</summary>
    public PSObject Service(RuleState rule) => CimObject.Of(
        ServiceClass,
        ("InstanceID", rule.Name),
        ("CreationClassName", $"MSFT|FW|FirewallRule|{rule.Name}"),
        ("Service", rule.Service),
        ("ServiceName", rule.Service));

    /// <summary>"MSFT_NetFirewallProfile class".</summary>
    public PSObject Profile(ProfileState configured, Store store)
    {
        var profile = store.Profile(configured);
        return CimObject.Of(
            ProfileClass,
            ("Name", profile.Name),
            ("Profile", profile.Name),
            ("InstanceID", $"MSFT|FW|FirewallProfile|{profile.Name}"),
            ("Enabled", Value(profile.Enabled)),
            ("DefaultInboundAction", Value(profile.DefaultInboundAction)),
            ("DefaultOutboundAction", Value(profile.DefaultOutboundAction)),
            ("AllowInboundRules", Value(profile.AllowInboundRules)),
            ("AllowLocalFirewallRules", Value(profile.AllowLocalFirewallRules)),
            ("AllowLocalIPsecRules", Value(GpoBoolean.NotConfigured)),
            ("NotifyOnListen", Value(profile.NotifyOnListen)),
            ("LogAllowed", Value(profile.LogAllowed)),
            ("LogBlocked", Value(profile.LogBlocked)),
            ("LogIgnored", Value(GpoBoolean.NotConfigured)),
            ("LogFileName", profile.LogFileName),
            ("LogMaxSizeKilobytes", profile.LogMaxSizeKilobytes));
    }

    private object Value<T>(T value)
        where T : struct, Enum => _display ? value : Convert.ChangeType(value, Enum.GetUnderlyingType(typeof(T)), null);

    private object List(IReadOnlyList<string> values) => _display && values.Count == 1 ? values[0] : values.ToArray();

    private object? Enforcement(IReadOnlyList<EnforcementStatus> status) => (_display, status.Count) switch
    {
        (false, 0) => null,
        (false, _) => status.Select(one => (ushort)one).ToArray(),
        (true, 0) => "NotApplicable",
        (true, _) => status.ToArray(),
    };
}
