using System.Globalization;
using System.Management.Automation;
using System.Net;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// The Windows firewall through the NetSecurity cmdlets. What is read is the active store: what is in effect, not what was written down.
/// One query per kind fetches everything, and rules and filters are joined in memory by InstanceID. An answer is shared within one look at the machine and
/// never over a change.
/// </summary>
/// <param name="powerShell">Runs the cmdlets.</param>
internal sealed class WindowsFirewall(WindowsPowerShell powerShell) : IFirewall
{
    private const string Active = "ActiveStore";
    private static readonly string[] ProfileNames = ["Domain", "Private", "Public"]; // bits 1, 2, 4 of MSFT_NetFirewallRule.Profiles
    private readonly SharedAnswer<FirewallState> everything = new(cancel => ReadNowAsync(powerShell, cancel));

    public Provenance Provenance { get; } = new(Source.Measured, "Get-NetFirewallRule, -Profile, -PortFilter, -AddressFilter, -ApplicationFilter; -PolicyStore ActiveStore");

    public async Task<FirewallState> ReadAsync(string group, CancellationToken cancel)
    {
        var state = await everything.GetAsync(cancel);
        return state with
        {
            Rules = [.. state.Rules.Where(rule => rule.Group.Equals(group, StringComparison.Ordinal) || rule.Name.StartsWith(FirewallRule.OurPrefix, StringComparison.OrdinalIgnoreCase))],
        };
    }

    /// <summary>The next read asks Windows: somebody else may have changed something.</summary>
    public void Forget() => everything.Forget();

    public async Task PutAsync(FirewallRule rule, CancellationToken cancel)
    {
        Forget();
        var existing = await powerShell.InvokeAsync(Cmdlets.GetFirewallRule, WindowsPowerShell.With(("Name", rule.Name)), missingIsEmpty: true, cancel);
        if (rule.Action == RuleAction.AllowBypass || existing.Any(found => ActionOf(found) == RuleAction.AllowBypass))
            throw new RefusedException(Diagnostic.Error("GW2303", $"The firewall rule {rule.Name} lets authenticated connections pass block rules: the product could not put it back.", "Give that rule another name, or remove it by hand."));
        if (existing.Count > 0 && !existing[0].Text("Group").Equals(rule.Group, StringComparison.Ordinal))
        {
            // A rule's group cannot be changed.
            await RemoveAsync(rule.Name, cancel);
            existing = [];
        }

        var inbound = rule.Direction == RuleDirection.Inbound;
        var parameters = WindowsPowerShell.With(
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
            await powerShell.InvokeAsync(Cmdlets.NewFirewallRule, parameters, missingIsEmpty: false, cancel);
        }
        else
        {
            parameters.Add("NewDisplayName", rule.DisplayName);
            await powerShell.InvokeAsync(Cmdlets.SetFirewallRule, parameters, missingIsEmpty: false, cancel);
        }
    }

    public async Task RemoveAsync(string name, CancellationToken cancel)
    {
        Forget();
        await powerShell.InvokeAsync(Cmdlets.RemoveFirewallRule, WindowsPowerShell.With(("Name", name)), missingIsEmpty: true, cancel);
    }

    public async Task SetOutboundDefaultAsync(string profile, bool block, CancellationToken cancel)
    {
        Forget();
        await powerShell.InvokeAsync(Cmdlets.SetFirewallProfile, WindowsPowerShell.With(("Name", (string[])[profile]), ("DefaultOutboundAction", block ? "Block" : "Allow")), missingIsEmpty: false, cancel);
    }

    private static async Task<FirewallState> ReadNowAsync(WindowsPowerShell powerShell, CancellationToken cancel)
    {
        Task<IReadOnlyList<PSObject>> Query(Cmdlet cmdlet, params (string, object)[] parameters) =>
            powerShell.InvokeAsync(cmdlet, WindowsPowerShell.With([("PolicyStore", Active), .. parameters]), missingIsEmpty: true, cancel);

        var profiles = await Query(Cmdlets.GetFirewallProfile);
        var rules = await Query(Cmdlets.GetFirewallRule, ("All", true));
        var ports = ById(await Query(Cmdlets.GetFirewallPortFilter, ("All", true)));
        var addresses = ById(await Query(Cmdlets.GetFirewallAddressFilter, ("All", true)));
        var programs = ById(await Query(Cmdlets.GetFirewallApplicationFilter, ("All", true)));
        string[] withoutLocalRules = [.. profiles.Where(profile => profile.Is("AllowLocalFirewallRules", 0, "False")).Select(profile => profile.Text("Name"))];
        return new FirewallState(
            [.. profiles.Select(ProfileOf)],
            [.. rules.Select(rule => RuleOf(rule, ports, addresses, programs))])
        {
            ProfilesWithoutLocalRules = withoutLocalRules,
            ActiveProfiles = withoutLocalRules.Length == 0 ? null : await ActiveProfilesAsync(powerShell, cancel), // it matters only then
        };
    }

    // "MSFT_NetConnectionProfile class", NetworkCategory: one instance per network that the machine is in.
    private static async Task<IReadOnlyList<string>?> ActiveProfilesAsync(WindowsPowerShell powerShell, CancellationToken cancel)
    {
        var networks = await new WindowsManagement(powerShell).AllOfFeatureAsync("root/StandardCimv2", "MSFT_NetConnectionProfile", cancel);
        string[] active = [.. networks.Select(CategoryOf).OfType<string>().Distinct()];
        return active.Length == 0 ? null : active;
    }

    private static string? CategoryOf(PSObject network) =>
        network.Is("NetworkCategory", 0, "Public") ? "Public" : network.Is("NetworkCategory", 1, "Private") ? "Private" : network.Is("NetworkCategory", 2, "DomainAuthenticated") ? "Domain" : null;

    private static FirewallProfile ProfileOf(PSObject profile) => new(
        profile.Text("Name"),
        profile.Is("Enabled", 1, "True"),
        BlocksInbound: !profile.Is("DefaultInboundAction", 2, "Allow"),
        BlocksOutbound: profile.Is("DefaultOutboundAction", 4, "Block"));

    private static FirewallRule RuleOf(PSObject rule, Dictionary<string, PSObject> ports, Dictionary<string, PSObject> addresses, Dictionary<string, PSObject> programs)
    {
        var id = rule.Text("InstanceID");
        var port = ports.GetValueOrDefault(id);
        var inbound = rule.Is("Direction", 1, "Inbound");
        var notEnforced = EnforcementStatus.WhyNot(rule.Texts("EnforcementStatus") ?? []);
        var program = programs.TryGetValue(id, out var application) ? application.Text("Program") : "Any";
        return new FirewallRule(
            rule.Text("Name"),
            rule.Text("DisplayName"),
            rule.Text("Group"),
            rule.Text("Description"),
            inbound ? RuleDirection.Inbound : RuleDirection.Outbound,
            port is not null && port.Text("Protocol") is "UDP" or "17" ? TransportProtocol.Udp : TransportProtocol.Tcp,
            port is null ? [] : port.Texts(inbound ? "LocalPort" : "RemotePort") ?? ["Any"],
            program.Length == 0 || program.Equals("Any", StringComparison.OrdinalIgnoreCase) ? null : program,
            addresses.TryGetValue(id, out var address) ? [.. (address.Texts("RemoteAddress") ?? ["Any"]).Select(PrefixForm)] : ["Any"],
            rule.Is("Enabled", 1, "True"),
            Effective: notEnforced is null)
        {
            Action = ActionOf(rule),
            Profile = ProfileOfRule(rule),
            LocalAddresses = address is null ? ["Any"] : [.. (address.Texts("LocalAddress") ?? ["Any"]).Select(PrefixForm)],
            NotEnforced = notEnforced,
        };
    }

    private static RuleAction ActionOf(PSObject rule) =>
        rule.Is("Action", 2, "Allow") ? RuleAction.Allow : rule.Is("Action", 3, "AllowBypass") ? RuleAction.AllowBypass : RuleAction.Block;

    // None of the bits and all of them mean the same; as text it comes worded already.
    private static string ProfileOfRule(PSObject rule)
    {
        var text = rule.Text("Profiles");
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
            byId[filter.Text("InstanceID")] = filter;
        return byId;
    }
}
