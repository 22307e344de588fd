using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The Windows firewall through the NetSecurity cmdlets. What is read is the active store: what is in effect, not what was written down.
/// One query per kind fetches everything, and rules and filters are joined in memory by InstanceID. Many resources are observed at once: they share an answer
/// for as long as one look at the machine takes, and never over a change.
/// </summary>
/// <param name="powerShell">Runs the cmdlets.</param>
/// <param name="clock">Says how old an answer is.</param>
internal sealed class WindowsFirewall(WindowsPowerShell powerShell, TimeProvider clock) : IFirewall, IDisposable
{
    private const string Active = "ActiveStore";
    private static readonly TimeSpan OneLook = TimeSpan.FromSeconds(2);
    private static readonly string[] ProfileNames = ["Domain", "Private", "Public"]; // bits 1, 2, 4 of MSFT_NetFirewallRule.Profiles
    private readonly SemaphoreSlim oneReader = new(1, 1);
    private (FirewallState Everything, long At)? known;

    public Provenance Provenance { get; } = new(Source.Measured, "Get-NetFirewallRule, -Profile, -PortFilter, -AddressFilter, -ApplicationFilter; -PolicyStore ActiveStore");

    public async Task<FirewallState> ReadAsync(string group, CancellationToken cancel)
    {
        await oneReader.WaitAsync(cancel);
        try
        {
            if (known is not { } answer || clock.GetElapsedTime(answer.At) > OneLook)
            {
                var everything = await ReadNowAsync(cancel);
                known = answer = (everything, clock.GetTimestamp());
            }

            return answer.Everything with
            {
                Rules = [.. answer.Everything.Rules.Where(rule => rule.Group.Equals(group, StringComparison.Ordinal) || rule.Name.StartsWith(FirewallRule.OurPrefix, StringComparison.OrdinalIgnoreCase))],
            };
        }
        finally
        {
            oneReader.Release();
        }
    }

    /// <summary>The next read asks Windows: somebody else may have changed something.</summary>
    public void Forget() => known = null;

    public async Task PutAsync(FirewallRule rule, CancellationToken cancel)
    {
        Forget();
        var existing = await powerShell.InvokeAsync("Get-NetFirewallRule", With(("Name", rule.Name)), missingIsEmpty: true, cancel);
        if (rule.Action == RuleAction.AllowBypass || existing.Any(found => ActionOf(found) == RuleAction.AllowBypass))
            throw new RefusedException(Diagnostic.Error("GW2303", $"The firewall rule {rule.Name} lets authenticated connections pass block rules: the product could not put it back.", "Give that rule another name, or remove it by hand."));
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
            ("Action", rule.Action.ToString()),
            ("Enabled", rule.Enabled ? "True" : "False"),
            ("Profile", rule.Profile.Split(", ")),
            ("Protocol", rule.Protocol.ToString().ToUpperInvariant()),
            (inbound ? "LocalPort" : "RemotePort", rule.Ports.ToArray()),
            (inbound ? "RemotePort" : "LocalPort", (string[])["Any"]),
            ("LocalAddress", rule.LocalAddresses.ToArray()),
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
        Forget();
        await powerShell.InvokeAsync("Remove-NetFirewallRule", With(("Name", name)), missingIsEmpty: true, cancel);
    }

    public async Task SetOutboundDefaultAsync(string profile, bool block, CancellationToken cancel)
    {
        Forget();
        await powerShell.InvokeAsync("Set-NetFirewallProfile", With(("Name", (string[])[profile]), ("DefaultOutboundAction", block ? "Block" : "Allow")), missingIsEmpty: false, cancel);
    }

    public void Dispose() => oneReader.Dispose();

    private async Task<FirewallState> ReadNowAsync(CancellationToken cancel)
    {
        Task<IReadOnlyList<PSObject>> Query(string cmdlet, params (string, object)[] parameters) =>
            powerShell.InvokeAsync(cmdlet, With([("PolicyStore", Active), .. parameters]), missingIsEmpty: true, cancel);

        var profiles = await Query("Get-NetFirewallProfile");
        var rules = await Query("Get-NetFirewallRule", ("All", true));
        var ports = ById(await Query("Get-NetFirewallPortFilter", ("All", true)));
        var addresses = ById(await Query("Get-NetFirewallAddressFilter", ("All", true)));
        var programs = ById(await Query("Get-NetFirewallApplicationFilter", ("All", true)));
        return new FirewallState(
            [.. profiles.Select(ProfileOf)],
            [.. rules.Select(rule => RuleOf(rule, ports, addresses, programs))]);
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
        var notEnforced = EnforcementStatus.WhyNot(Many(rule, "EnforcementStatus", whenAbsent: []));
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
            Effective: notEnforced is null)
        {
            Action = ActionOf(rule),
            Profile = ProfileOfRule(rule),
            LocalAddresses = address is null ? ["Any"] : [.. Many(address, "LocalAddress").Select(PrefixForm)],
            NotEnforced = notEnforced,
        };
    }

    private static RuleAction ActionOf(PSObject rule) =>
        Is(rule, "Action", 2, "Allow") ? RuleAction.Allow : Is(rule, "Action", 3, "AllowBypass") ? RuleAction.AllowBypass : RuleAction.Block;

    // None of the bits and all of them mean the same; as text it comes worded already.
    private static string ProfileOfRule(PSObject rule)
    {
        var text = TextOf(rule, "Profiles");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            return text.Length == 0 ? "Any" : text;
        var named = ProfileNames.Where((_, i) => (bits & (1 << i)) != 0).ToList();
        return named.Count is 0 or 3 ? "Any" : string.Join(", ", named);
    }

    // A network of IPv4 is written as 10.1.0.0/16 and read back as 10.1.0.0/255.255.0.0; one of IPv6 keeps its prefix length.
    internal static string PrefixForm(string address)
    {
        var parts = address.Split('/');
        if (parts.Length != 2 || !parts[1].Contains('.', StringComparison.Ordinal) || !IPAddress.TryParse(parts[1], out var mask))
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

    private static string[] Many(PSObject from, string property, string[]? whenAbsent = null)
    {
        var value = from.Properties[property]?.Value;
        var plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return plain switch
        {
            null => whenAbsent ?? ["Any"],
            string one => [one],
            IEnumerable many => [.. many.Cast<object?>().Select(x => x?.ToString() ?? "")],
            _ => [plain.ToString()!],
        };
    }
}
