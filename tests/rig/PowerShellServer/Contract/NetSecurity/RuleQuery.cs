using System.Management.Automation;
using Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity;

namespace Gateway.Rig.PowerShellServer.Contract.NetSecurity;

/// <summary>
/// How rules are found: by one property or several, each with several values, text with wildcards ("Get-NetFirewallRule"). A value
/// without wildcards that finds nothing is an error ("CmdletAdapter Class", Microsoft Learn: BehaviorOnNoMatch.Default).
/// </summary>
public static class RuleQuery
{
    /// <summary>Parameter, CIM property, and a rule's value of it.</summary>
    private static readonly (string Parameter, string Property, Func<RuleState, object?> Value)[] Properties =
    [
        ("Name", "InstanceID", rule => rule.Name),
        ("DisplayName", "DisplayName", rule => rule.DisplayName),
        ("Description", "Description", rule => rule.Description),
        ("DisplayGroup", "DisplayGroup", rule => rule.Group),
        ("Group", "RuleGroup", rule => rule.Group),
        ("Enabled", "Enabled", rule => rule.Enabled),
        ("Direction", "Direction", rule => rule.Direction),
        ("Action", "Action", rule => rule.Action),
        ("EdgeTraversalPolicy", "EdgeTraversalPolicy", rule => rule.EdgeTraversalPolicy),
        ("PolicyStoreSource", "PolicyStoreSource", rule => rule.PolicyStoreSource),
        ("PolicyStoreSourceType", "PolicyStoreSourceType", rule => rule.PolicyStoreSourceType),
        ("PrimaryStatus", "PrimaryStatus", _ => PrimaryStatus.OK),
    ];

    private static readonly string[] Associated =
        ["AssociatedNetFirewallAddressFilter", "AssociatedNetFirewallApplicationFilter", "AssociatedNetFirewallPortFilter", "AssociatedNetFirewallServiceFilter"];

    /// <summary>The parameters that find rules.</summary>
    public static IEnumerable<string> Parameters { get; } =
        [.. Properties.Select(property => property.Parameter), .. Associated, "AssociatedNetFirewallProfile", "All", "InputObject", "TracePolicyStore"];

    /// <summary>The rules that a call asks for; what it asks for and is not there is reported.</summary>
    public static List<RuleState> Find(Call call, IEnumerable<RuleState> rules)
    {
        var all = rules.ToList();
        foreach (var parameter in Associated.Where(call.Has))
            return [.. all.Where(rule => rule.Name == CimObject.Text(call.Get<PSObject>(parameter, null!), "InstanceID"))];
        if (call.Has("InputObject"))
        {
            var names = call.Get<PSObject[]>("InputObject", []).Select(given => CimObject.Text(given, "InstanceID")).ToHashSet();
            return [.. all.Where(rule => names.Contains(rule.Name))];
        }
        if (call.Has("AssociatedNetFirewallProfile"))
        {
            var profile = Enum.Parse<Profile>(CimObject.Text(call.Get<PSObject>("AssociatedNetFirewallProfile", null!), "Name"));
            return [.. all.Where(rule => rule.Profile == Profile.Any || rule.Profile.HasFlag(profile))];
        }

        // In "Set-NetFirewallRule" most properties are what to write: only those that make a parameter set find.
        var asked = Properties.Where(property => call.Has(property.Parameter) && call.Command.Shape(property.Parameter).Sets.Count > 0)
            .Select(property => (property.Property, property.Value, Wanted: Wanted(call.Bound[property.Parameter]))).ToList();
        var found = all.Where(rule => asked.TrueForAll(one => one.Wanted.Exists(wanted => Fits(one.Value(rule), wanted)))).ToList();
        if (asked is [var single])
        {
            foreach (var wanted in single.Wanted.Where(wanted => !HasWildcards(wanted) && !all.Exists(rule => Fits(single.Value(rule), wanted))))
                call.Report(CimErrors.NotFound(FirewallObjects.RuleClass, single.Property, wanted));
        }
        else if (asked.Count > 1 && found.Count == 0 && asked.Exists(one => !one.Wanted.TrueForAll(HasWildcards)))
        {
            call.Report(CimErrors.NotFound(FirewallObjects.RuleClass));
        }
        return found;
    }

    private static List<object> Wanted(object bound) => bound is Array many ? [.. many.Cast<object>()] : [bound];

    private static bool HasWildcards(object wanted) => wanted is string text && WildcardPattern.ContainsWildcardCharacters(text);

    private static bool Fits(object? value, object wanted) => wanted is string text
        ? value is not null && new WildcardPattern(text, WildcardOptions.IgnoreCase).IsMatch(value.ToString()!)
        : Equals(value, wanted);
}
