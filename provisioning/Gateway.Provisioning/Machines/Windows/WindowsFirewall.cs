using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The Windows firewall through the NetSecurity cmdlets. What is read is the active store: what is in effect, not what was written down.
/// One query per kind fetches everything, and rules and filters are joined in memory by InstanceID; the answer is kept until something is changed.
/// </summary>
internal sealed class WindowsFirewall(WindowsPowerShell powerShell) : IFirewall, IDisposable
{
    private const string Active = "ActiveStore";
    private const int EnforcementLocalRulesDisallowed = 16; // MSFT_NetFirewallRule.EnforcementStatus: LocalFirewallRulesDisallowed
    private readonly SemaphoreSlim oneReader = new(1, 1);
    private FirewallState? known;

    public Provenance Provenance { get; } = new(Source.Measured, "Get-NetFirewallRule, -Profile, -PortFilter, -AddressFilter, -ApplicationFilter; -PolicyStore ActiveStore");

    public async Task<FirewallState> ReadAsync(string group, CancellationToken cancel)
    {
        await oneReader.WaitAsync(cancel);
        try
        {
            return known ??= await ReadNowAsync(group, cancel);
        }
        finally
        {
            oneReader.Release();
        }
    }

    public async Task PutAsync(FirewallRule rule, CancellationToken cancel)
    {
        known = null;
        var existing = await powerShell.InvokeAsync("Get-NetFirewallRule", With(("Name", rule.Name)), missingIsEmpty: true, cancel);
        if (existing.Count > 0 && !TextOf(existing[0], "Group").Equals(rule.Group, StringComparison.Ordinal))
        {
            // A rule's group cannot be changed.
            await RemoveAsync(rule.Name, cancel);
            existing = [];
        }

        var inbound = rule.Direction == RuleDirection.Inbound;
        var parameters = With(
            ("Name", rule.Name),
            ("Description", rule.Description),
            ("Direction", rule.Direction.ToString()),
            ("Action", "Allow"),
            ("Enabled", rule.Enabled ? "True" : "False"),
            ("Profile", (string[])["Any"]),
            ("Protocol", rule.Protocol.ToString().ToUpperInvariant()),
            (inbound ? "LocalPort" : "RemotePort", rule.Ports.ToArray()),
            (inbound ? "RemotePort" : "LocalPort", (string[])["Any"]),
            ("RemoteAddress", rule.RemoteAddresses.ToArray()),
            ("Program", rule.Program ?? "Any"));
        if (existing.Count == 0)
        {
            parameters.Add("DisplayName", rule.DisplayName);
            parameters.Add("Group", rule.Group);
            await powerShell.InvokeAsync("New-NetFirewallRule", parameters, missingIsEmpty: false, cancel);
        }
        else
        {
            parameters.Add("NewDisplayName", rule.DisplayName);
            await powerShell.InvokeAsync("Set-NetFirewallRule", parameters, missingIsEmpty: false, cancel);
        }
    }

    public async Task RemoveAsync(string name, CancellationToken cancel)
    {
        known = null;
        await powerShell.InvokeAsync("Remove-NetFirewallRule", With(("Name", name)), missingIsEmpty: true, cancel);
    }

    public async Task SetOutboundDefaultAsync(string profile, bool block, CancellationToken cancel)
    {
        known = null;
        await powerShell.InvokeAsync("Set-NetFirewallProfile", With(("Name", (string[])[profile]), ("DefaultOutboundAction", block ? "Block" : "Allow")), missingIsEmpty: false, cancel);
    }

    public void Dispose() => oneReader.Dispose();

    private async Task<FirewallState> ReadNowAsync(string group, CancellationToken cancel)
    {
        Task<IReadOnlyList<PSObject>> Query(string cmdlet, params (string, object)[] parameters) =>
            powerShell.InvokeAsync(cmdlet, With([("PolicyStore", Active), .. parameters]), missingIsEmpty: true, cancel);

        var profiles = await Query("Get-NetFirewallProfile");
        var rules = await Query("Get-NetFirewallRule", ("Group", (string[])[group]));
        if (rules.Count == 0)
            return new FirewallState([.. profiles.Select(ProfileOf)], []);
        var ports = ById(await Query("Get-NetFirewallPortFilter", ("All", true)));
        var addresses = ById(await Query("Get-NetFirewallAddressFilter", ("All", true)));
        var programs = ById(await Query("Get-NetFirewallApplicationFilter", ("All", true)));
        return new FirewallState(
            [.. profiles.Select(ProfileOf)],
            [.. rules.Where(rule => Is(rule, "Action", 2, "Allow")).Select(rule => RuleOf(rule, ports, addresses, programs))]);
    }

    private static FirewallProfile ProfileOf(PSObject profile) => new(
        TextOf(profile, "Name"),
        Is(profile, "Enabled", 1, "True"),
        BlocksInbound: !Is(profile, "DefaultInboundAction", 2, "Allow"),
        BlocksOutbound: Is(profile, "DefaultOutboundAction", 4, "Block"));

    private static FirewallRule RuleOf(PSObject rule, Dictionary<string, PSObject> ports, Dictionary<string, PSObject> addresses, Dictionary<string, PSObject> programs)
    {
        var id = TextOf(rule, "InstanceID");
        var port = ports.GetValueOrDefault(id);
        var inbound = Is(rule, "Direction", 1, "Inbound");
        var program = programs.TryGetValue(id, out var application) ? TextOf(application, "Program") : "Any";
        return new FirewallRule(
            TextOf(rule, "Name"),
            TextOf(rule, "DisplayName"),
            TextOf(rule, "Group"),
            TextOf(rule, "Description"),
            inbound ? RuleDirection.Inbound : RuleDirection.Outbound,
            port is not null && TextOf(port, "Protocol") is "UDP" or "17" ? TransportProtocol.Udp : TransportProtocol.Tcp,
            port is null ? [] : Many(port, inbound ? "LocalPort" : "RemotePort"),
            program.Length == 0 || program.Equals("Any", StringComparison.OrdinalIgnoreCase) ? null : program,
            addresses.TryGetValue(id, out var address) ? [.. Many(address, "RemoteAddress").Select(PrefixForm)] : ["Any"],
            Is(rule, "Enabled", 1, "True"),
            Effective: !Is(rule, "EnforcementStatus", EnforcementLocalRulesDisallowed, "LocalFirewallRulesDisallowed"));
    }

    // A network is written as 10.1.0.0/16 and read back as 10.1.0.0/255.255.0.0.
    private static string PrefixForm(string address)
    {
        var parts = address.Split('/');
        if (parts.Length != 2 || !IPAddress.TryParse(parts[1], out var mask))
            return address;
        var bits = mask.GetAddressBytes().Sum(b => int.PopCount(b));
        return $"{parts[0]}/{bits}";
    }

    private static Dictionary<string, PSObject> ById(IReadOnlyList<PSObject> filters)
    {
        var byId = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var filter in filters)
            byId[TextOf(filter, "InstanceID")] = filter;
        return byId;
    }

    private static Dictionary<string, object> With(params (string Name, object Value)[] parameters) => parameters.ToDictionary(p => p.Name, p => p.Value);

    private static string TextOf(PSObject from, string property) => from.Properties[property]?.Value?.ToString() ?? "";

    // An enumeration comes as a number, as its name, or as an object that is both.
    private static bool Is(PSObject from, string property, int number, string name)
    {
        var value = from.Properties[property]?.Value;
        var plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return value is not null
            && (string.Equals(value.ToString(), name, StringComparison.OrdinalIgnoreCase)
                || (plain is IConvertible and not string && Convert.ToInt64(plain, CultureInfo.InvariantCulture) == number)
                || value.ToString() == number.ToString(CultureInfo.InvariantCulture));
    }

    private static string[] Many(PSObject from, string property)
    {
        var value = from.Properties[property]?.Value;
        var plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return plain switch
        {
            null => ["Any"],
            string one => [one],
            IEnumerable many => [.. many.Cast<object?>().Select(x => x?.ToString() ?? "")],
            _ => [plain.ToString()!],
        };
    }
}
