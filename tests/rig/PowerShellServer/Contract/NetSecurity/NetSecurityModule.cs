using System.Management.Automation;
using Gateway.Rig.PowerShellServer.State;

namespace Gateway.Rig.PowerShellServer.Contract.NetSecurity;

/// <summary>The commands of the NetSecurity module that the product uses, each after its page on Microsoft Learn (Windows Server 2016).</summary>
public static class NetSecurityModule
{
    private const string Rule = FirewallObjects.RuleClass;

    private static readonly string[] ShouldProcess = ["WhatIf", "Confirm"];

    private static readonly string[] ProfileSettings =
        ["Enabled", "DefaultInboundAction", "DefaultOutboundAction", "AllowInboundRules", "AllowLocalFirewallRules", "NotifyOnListen", "LogAllowed", "LogBlocked", "LogFileName", "LogMaxSizeKilobytes"];

    /// <summary>The module.</summary>
    public static ContractModule Module { get; } = new("NetSecurity",
    [
        new("Get-NetFirewallRule", "GetAll", Shapes.FindRule, Set(RuleQuery.Parameters, ["PolicyStore"]), GetRules),
        new("New-NetFirewallRule", "Default", Shapes.NewRule, Set(RuleChange.Parameters, ["Name", "DisplayName", "Group", "PolicyStore"], ShouldProcess), NewRule),
        new("Set-NetFirewallRule", "ByName", Shapes.SetRule,
            Set(RuleChange.Parameters, ["Name", "DisplayName", "DisplayGroup", "Group", "InputObject", "NewDisplayName", "PassThru", "PolicyStore"], ShouldProcess), SetRules),
        new("Remove-NetFirewallRule", "GetAll", Shapes.FindRule, Set(RuleQuery.Parameters, ["PassThru", "PolicyStore"], ShouldProcess), RemoveRules),
        Filter("Get-NetFirewallPortFilter", FirewallObjects.PortClass, (objects, rule) => objects.Ports(rule), ("Protocol", rule => rule.Protocol)),
        Filter("Get-NetFirewallAddressFilter", FirewallObjects.AddressClass, (objects, rule) => objects.Addresses(rule)),
        Filter("Get-NetFirewallApplicationFilter", FirewallObjects.ApplicationClass, (objects, rule) => objects.Application(rule), ("Program", rule => rule.Program)),
        Filter("Get-NetFirewallServiceFilter", FirewallObjects.ServiceClass, (objects, rule) => objects.Service(rule), ("Service", rule => rule.Service)),
        new("Get-NetFirewallProfile", "GetAll", Shapes.Profile, Set(["All", "Name", "PolicyStore"]), GetProfiles),
        new("Set-NetFirewallProfile", "GetAll", Shapes.Profile, Set(ProfileSettings, ["All", "Name", "InputObject", "PassThru", "PolicyStore"], ShouldProcess), SetProfiles),
    ]);

    /// <summary>"Get-NetFirewallRule".</summary>
    private static void GetRules(Call call)
    {
        var store = Store.Of(call);
        var firewall = call.State.Read<FirewallState>(FirewallState.Section);
        var objects = new FirewallObjects(call.Faults);
        foreach (var rule in RuleQuery.Find(call, store.Rules(firewall))) call.Cmdlet.WriteObject(objects.Rule(firewall, rule, store));
    }

    /// <summary>"New-NetFirewallRule": a name is like a file's, one per store; without one it is a random one.</summary>
    private static void NewRule(Call call)
    {
        var store = Store.Writable(call);
        var rule = new RuleState
        {
            Name = call.Get("Name", Guid.NewGuid().ToString("B")),
            DisplayName = call.Get("DisplayName", string.Empty),
            Group = call.Get<string?>("Group", null),
        };
        // -DisplayName cannot be "All" ("New-NetFirewallRule", -DisplayName).
        var refused = rule.DisplayName.Equals("All", StringComparison.OrdinalIgnoreCase)
            ? CimErrors.InvalidArgument(Rule, "The display name may not be All. ")
            : RuleChange.Apply(call, rule);
        if (refused is null && !call.Cmdlet.ShouldProcess(rule.DisplayName)) return;
        refused ??= call.Faults.Has(Faults.AccessDenied) ? CimErrors.AccessDenied(Rule) : null;
        refused ??= call.State.Update<FirewallState, ErrorRecord?>(FirewallState.Section, firewall =>
        {
            if (store.Rules(firewall).Any(other => other.Name.Equals(rule.Name, StringComparison.OrdinalIgnoreCase))) return CimErrors.AlreadyExists(Rule);
            firewall.Rules.Add(rule);
            return null;
        });
        if (refused is not null) call.Report(refused);
        else call.Cmdlet.WriteObject(new FirewallObjects(call.Faults).Rule(call.State.Read<FirewallState>(FirewallState.Section), rule, store));
    }

    /// <summary>"Set-NetFirewallRule".</summary>
    private static void SetRules(Call call) => Change(call, (firewall, rule) =>
    {
        rule.DisplayName = call.Get("NewDisplayName", rule.DisplayName);
        return RuleChange.Apply(call, rule);
    });

    /// <summary>"Remove-NetFirewallRule": without a parameter it removes every rule of the store, as with -All.</summary>
    private static void RemoveRules(Call call) => Change(call, (firewall, rule) =>
    {
        firewall.Rules.Remove(rule);
        return null;
    });

    /// <summary>"Get-NetFirewallProfile".</summary>
    private static void GetProfiles(Call call)
    {
        var store = Store.Of(call);
        var objects = new FirewallObjects(call.Faults);
        foreach (var profile in Named(call, call.State.Read<FirewallState>(FirewallState.Section))) call.Cmdlet.WriteObject(objects.Profile(profile, store));
    }

    /// <summary>"Set-NetFirewallProfile".</summary>
    private static void SetProfiles(Call call)
    {
        var store = Store.Writable(call);
        var names = Named(call, call.State.Read<FirewallState>(FirewallState.Section)).Select(profile => profile.Name)
            .Where(name => call.Cmdlet.ShouldProcess(name)).ToList();
        if (names.Count == 0) return;
        if (call.Faults.Has(Faults.AccessDenied))
        {
            call.Report(CimErrors.AccessDenied(FirewallObjects.ProfileClass));
            return;
        }
        var changed = call.State.Update<FirewallState, List<ProfileState>>(FirewallState.Section, firewall =>
        {
            var profiles = firewall.Profiles.Where(profile => names.Contains(profile.Name)).ToList();
            foreach (var profile in profiles)
            {
                profile.Enabled = call.Get("Enabled", profile.Enabled);
                profile.DefaultInboundAction = call.Get("DefaultInboundAction", profile.DefaultInboundAction);
                profile.DefaultOutboundAction = call.Get("DefaultOutboundAction", profile.DefaultOutboundAction);
                profile.AllowInboundRules = call.Get("AllowInboundRules", profile.AllowInboundRules);
                profile.AllowLocalFirewallRules = call.Get("AllowLocalFirewallRules", profile.AllowLocalFirewallRules);
                profile.NotifyOnListen = call.Get("NotifyOnListen", profile.NotifyOnListen);
                profile.LogAllowed = call.Get("LogAllowed", profile.LogAllowed);
                profile.LogBlocked = call.Get("LogBlocked", profile.LogBlocked);
                profile.LogFileName = call.Get("LogFileName", profile.LogFileName);
                profile.LogMaxSizeKilobytes = call.Get("LogMaxSizeKilobytes", profile.LogMaxSizeKilobytes);
            }
            return profiles;
        });
        if (!call.On("PassThru")) return;
        foreach (var profile in changed) call.Cmdlet.WriteObject(new FirewallObjects(call.Faults).Profile(profile, store));
    }

    /// <summary>A filter command: all filters of a store, those of one rule, or those with a value ("Get-NetFirewallPortFilter").</summary>
    private static ContractCommand Filter(
        string name, string className, Func<FirewallObjects, RuleState, PSObject> filter, params (string Parameter, Func<RuleState, string> Value)[] queries) =>
        new(name, "GetAll", Shapes.FindFilter, Set(["All", "PolicyStore", "AssociatedNetFirewallRule"], queries.Select(query => query.Parameter)), call =>
        {
            var store = Store.Of(call);
            var objects = new FirewallObjects(call.Faults);
            var rules = store.Rules(call.State.Read<FirewallState>(FirewallState.Section)).ToList();
            if (call.Has("AssociatedNetFirewallRule"))
                rules = [.. rules.Where(rule => rule.Name == CimObject.Text(call.Get<PSObject>("AssociatedNetFirewallRule", null!), "InstanceID"))];
            foreach (var (parameter, value) in queries.Where(query => call.Has(query.Parameter)))
            {
                var wanted = call.Get<string[]>(parameter, []);
                foreach (var missing in wanted.Where(one => !rules.Exists(rule => value(rule).Equals(one, StringComparison.OrdinalIgnoreCase))))
                    call.Report(CimErrors.NotFound(className, parameter, missing));
                rules = [.. rules.Where(rule => wanted.Contains(value(rule), StringComparer.OrdinalIgnoreCase))];
            }
            foreach (var rule in rules) call.Cmdlet.WriteObject(filter(objects, rule));
        });

    // One rule after the other, so that what goes before an error stays done: a command over CIM is no transaction.
    private static void Change(Call call, Func<FirewallState, RuleState, ErrorRecord?> change)
    {
        var store = Store.Writable(call);
        var found = RuleQuery.Find(call, store.Rules(call.State.Read<FirewallState>(FirewallState.Section)));
        foreach (var name in found.Select(rule => rule.Name).Where(name => call.Cmdlet.ShouldProcess(name)))
        {
            RuleState? changed = null;
            var refused = call.Faults.Has(Faults.AccessDenied) ? CimErrors.AccessDenied(Rule) : null;
            try
            {
                if (refused is null)
                    call.State.Update<FirewallState, bool>(FirewallState.Section, firewall =>
                    {
                        changed = store.Rules(firewall).Single(rule => rule.Name == name);
                        refused = change(firewall, changed);
                        return refused is null ? true : throw new OperationCanceledException("Nothing of a refused change is kept.");
                    });
            }
            catch (OperationCanceledException) when (refused is not null)
            {
                changed = null;
            }
            if (refused is not null) call.Report(refused);
            else if (call.On("PassThru")) call.Cmdlet.WriteObject(new FirewallObjects(call.Faults).Rule(call.State.Read<FirewallState>(FirewallState.Section), changed!, store));
        }
    }

    private static IEnumerable<ProfileState> Named(Call call, FirewallState firewall)
    {
        var names = call.Has("InputObject")
            ? call.Get<PSObject[]>("InputObject", []).Select(given => CimObject.Text(given, "Name")).ToArray()
            : call.Get<string[]>("Name", []);
        foreach (var name in names.Where(name => !firewall.Profiles.Exists(profile => profile.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
            call.Report(CimErrors.NotFound(FirewallObjects.ProfileClass, "Name", name));
        return firewall.Profiles.Where(profile => names.Length == 0 || names.Contains(profile.Name, StringComparer.OrdinalIgnoreCase));
    }

    private static HashSet<string> Set(params IEnumerable<string>[] parameters) =>
        new(parameters.SelectMany(some => some), StringComparer.OrdinalIgnoreCase);
}
