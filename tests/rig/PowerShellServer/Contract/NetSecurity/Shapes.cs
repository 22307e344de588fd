namespace Gateway.Rig.PowerShellServer.Contract.NetSecurity;

/// <summary>
/// Parameter sets, positions and pipeline input, which the table of parameters does not have: as the syntax blocks of the commands'
/// Windows Server 2016 pages on Microsoft Learn list them.
/// </summary>
public static class Shapes
{
    private const string ByObject = "InputObject (cdxml)";

    private static readonly HashSet<string> OfEverySet = ["CimSession", "ThrottleLimit", "AsJob", "PassThru"];

    private static readonly HashSet<string> OfEveryQuery = ["PolicyStore", "GPOSession", "TracePolicyStore"];

    private static readonly Dictionary<string, string> Classes = new()
    {
        ["AssociatedNetFirewallAddressFilter"] = FirewallObjects.AddressClass,
        ["AssociatedNetFirewallApplicationFilter"] = FirewallObjects.ApplicationClass,
        ["AssociatedNetFirewallInterfaceFilter"] = "MSFT_NetInterfaceFilter",
        ["AssociatedNetFirewallInterfaceTypeFilter"] = "MSFT_NetInterfaceTypeFilter",
        ["AssociatedNetFirewallPortFilter"] = FirewallObjects.PortClass,
        ["AssociatedNetFirewallProfile"] = FirewallObjects.ProfileClass,
        ["AssociatedNetFirewallRule"] = FirewallObjects.RuleClass,
        ["AssociatedNetFirewallSecurityFilter"] = "MSFT_NetNetworkLayerSecurityFilter",
        ["AssociatedNetFirewallServiceFilter"] = FirewallObjects.ServiceClass,
        ["AssociatedNetIPsecMainModeRule"] = "MSFT_NetMainModeRule",
        ["AssociatedNetIPsecRule"] = "MSFT_NetConSecRule",
    };

    /// <summary>"Get-NetFirewallRule", "Remove-NetFirewallRule": everything, by name, by display name, by query, by associated object.</summary>
    public static ParameterShape FindRule(string parameter) => parameter switch
    {
        "All" => new(["GetAll"]),
        "Name" => new(["ByName"], Mandatory: true, Position: 0, Alias: "ID"),
        "DisplayName" => new(["ByDisplayName"], Mandatory: true),
        "InputObject" => new([ByObject], Mandatory: true, FromPipeline: true, ObjectOf: FirewallObjects.RuleClass),
        _ => Common(parameter, FindRuleSets) ?? new(["ByQuery"]),
    };

    /// <summary>"New-NetFirewallRule": one set.</summary>
    public static ParameterShape NewRule(string parameter) => parameter switch
    {
        "DisplayName" => new([], Mandatory: true),
        "Name" => new([], Alias: "ID"),
        "DynamicTarget" => new([], Alias: "DynamicTransport"),
        "LooseSourceMapping" => new([], Alias: "LSM"),
        _ => ParameterShape.Everywhere,
    };

    /// <summary>"Set-NetFirewallRule": found by name, display name, group or object; never by query.</summary>
    public static ParameterShape SetRule(string parameter) => parameter switch
    {
        "Name" => new(["ByName"], Mandatory: true, Position: 0, Alias: "ID"),
        "DisplayName" => new(["ByDisplayName"], Mandatory: true),
        "DisplayGroup" => new(["ByDisplayGroup"], Mandatory: true),
        "Group" => new(["ByGroup"], Mandatory: true),
        "InputObject" => new([ByObject], Mandatory: true, FromPipeline: true, ObjectOf: FirewallObjects.RuleClass),
        "PolicyStore" or "GPOSession" => new(["ByName", "ByDisplayName", "ByDisplayGroup", "ByGroup"]),
        "DynamicTarget" => new([], Alias: "DynamicTransport"),
        "LooseSourceMapping" => new([], Alias: "LSM"),
        _ => ParameterShape.Everywhere,
    };

    /// <summary>"Get-NetFirewallPortFilter", "-AddressFilter", "-ApplicationFilter", "-ServiceFilter".</summary>
    public static ParameterShape FindFilter(string parameter) => parameter switch
    {
        "All" => new(["GetAll"]),
        "DynamicTarget" => new(["ByQuery"], Alias: "DynamicTransport"),
        _ => Common(parameter, []) ?? new(["ByQuery"]),
    };

    /// <summary>"Get-NetFirewallProfile", "Set-NetFirewallProfile".</summary>
    public static ParameterShape Profile(string parameter) => parameter switch
    {
        "All" => new(["GetAll"]),
        "Name" => new(["ByName"], Mandatory: true, Position: 0, Alias: "Profile"),
        "InputObject" => new([ByObject], Mandatory: true, FromPipeline: true, ObjectOf: FirewallObjects.ProfileClass),
        _ => Common(parameter, ["GetAll", "ByName"]) ?? ParameterShape.Everywhere,
    };

    private static readonly string[] FindRuleSets =
        ["GetAll", "ByName", "ByDisplayName", "ByQuery", .. Classes.Keys.Where(name => !name.Contains("IPsec", StringComparison.Ordinal)).Select(name => "By" + name)];

    private static ParameterShape? Common(string parameter, IReadOnlyList<string> querySets) => parameter switch
    {
        _ when Classes.TryGetValue(parameter, out var className) => new(["By" + parameter], Mandatory: true, FromPipeline: true, ObjectOf: className),
        _ when OfEverySet.Contains(parameter) => ParameterShape.Everywhere,
        _ when OfEveryQuery.Contains(parameter) => new(querySets),
        _ => null,
    };
}
