using System.Management.Automation;
using Action = Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity.Action;

namespace Gateway.Rig.PowerShellServer.Contract.NetSecurity;

/// <summary>What "New-NetFirewallRule" and "Set-NetFirewallRule" write into a rule.</summary>
public static class RuleChange
{
    /// <summary>The parameters that say what a rule is.</summary>
    public static IReadOnlyList<string> Parameters { get; } =
    [
        "Description", "Enabled", "Profile", "Direction", "Action", "EdgeTraversalPolicy", "LocalAddress", "RemoteAddress", "Protocol",
        "LocalPort", "RemotePort", "Program", "Service", "InterfaceType",
    ];

    /// <summary>Applies a call's parameters to a rule, or says why Windows would refuse them.</summary>
    public static ErrorRecord? Apply(Call call, RuleState rule)
    {
        rule.Description = call.Get("Description", rule.Description);
        rule.Enabled = call.Get("Enabled", rule.Enabled);
        rule.Profile = call.Get("Profile", rule.Profile);
        rule.Direction = call.Get("Direction", rule.Direction);
        rule.Action = call.Get("Action", rule.Action);
        rule.EdgeTraversalPolicy = call.Get("EdgeTraversalPolicy", rule.EdgeTraversalPolicy);
        rule.Program = call.Get("Program", rule.Program);
        rule.Service = call.Get("Service", rule.Service);
        rule.InterfaceType = call.Get("InterfaceType", rule.InterfaceType);
        rule.LocalPort = [.. call.Get("LocalPort", rule.LocalPort.ToArray())];
        rule.RemotePort = [.. call.Get("RemotePort", rule.RemotePort.ToArray())];

        var protocol = call.Get("Protocol", rule.Protocol);
        if (Conditions.Protocol(protocol) is not { } known) return Invalid($"The protocol is invalid: {protocol}. ");
        rule.Protocol = known;

        // "New-NetFirewallRule", -Protocol: a port number needs TCP or UDP.
        if (rule.LocalPort.Concat(rule.RemotePort).FirstOrDefault(port => !Conditions.IsPort(port, known)) is { } wrongPort)
            return Invalid($"The port is invalid for the protocol {known}: {wrongPort}. ");

        // "New-NetFirewallRule", -RemoteAddress: addresses, subnets, ranges, keywords. There is no form for a host name.
        foreach (var (parameter, remote, write) in new (string, bool, Action<List<string>>)[]
        {
            ("LocalAddress", false, read => rule.LocalAddress = read),
            ("RemoteAddress", true, read => rule.RemoteAddress = read),
        })
        {
            if (!call.Has(parameter)) continue;
            var given = call.Get<string[]>(parameter, []);
            var read = given.Select(address => Conditions.Address(address, remote)).ToList();
            if (read.IndexOf(null) is >= 0 and var wrong)
                return Invalid($"The address is invalid: {given[wrong]}. It may be an IP address, a range, a subnet or a keyword. ");
            write([.. read.Cast<string>().Distinct()]);
        }
        return rule.Action == Action.NotConfigured ? Invalid("A rule needs the action Allow or Block. ") : null;
    }

    private static ErrorRecord Invalid(string message) => CimErrors.InvalidArgument(FirewallObjects.RuleClass, message);
}
