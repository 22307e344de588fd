using System.Management.Automation;
using Gateway.Rig.PowerShellServer.State;
using Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity;
using Action = Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity.Action;

namespace Gateway.Rig.PowerShellServer.Contract.NetSecurity;

/// <summary>
/// A policy store: PersistentStore (the default: what was configured here), ActiveStore (everything that applies, with its effect) and
/// RSOP (group policy alone), as "Get-NetFirewallRule", -PolicyStore, describes them. Others are not imitated.
/// </summary>
public sealed record Store(string Name, Faults Faults)
{
    private static readonly string[] Known = ["PersistentStore", "ActiveStore", "RSOP"];

    /// <summary>Whether effective state is asked for.</summary>
    public bool Active => Name == "ActiveStore";

    /// <summary>The store that a call names.</summary>
    public static Store Of(Call call)
    {
        var asked = call.Get("PolicyStore", "PersistentStore");
        var name = Known.FirstOrDefault(known => known.Equals(asked, StringComparison.OrdinalIgnoreCase));
        if (name is null)
            call.Stop(new ErrorRecord(new NotSupportedException($"The test rig has no policy store {asked}, only {string.Join(", ", Known)}."),
                "RigDoesNotImitate", ErrorCategory.NotImplemented, asked));
        return new(name!, call.Faults);
    }

    /// <summary>The store that a call changes: only the persistent one can be.</summary>
    public static Store Writable(Call call)
    {
        var store = Of(call);
        if (store.Name != "PersistentStore")
            call.Stop(new ErrorRecord(new NotSupportedException($"The test rig changes no rules in {store.Name}."),
                "RigDoesNotImitate", ErrorCategory.NotImplemented, store.Name));
        return store;
    }

    /// <summary>The rules of this store.</summary>
    public IEnumerable<RuleState> Rules(FirewallState firewall) => Name switch
    {
        "PersistentStore" => firewall.Rules.Where(rule => rule.PolicyStoreSourceType == PolicyStoreType.Local),
        "RSOP" => firewall.Rules.Where(rule => rule.PolicyStoreSourceType == PolicyStoreType.GroupPolicy),
        _ => firewall.Rules,
    };

    /// <summary>A profile as this store has it: the active store says what is in force where nothing was configured
    /// ("Set-NetFirewallProfile": inbound is blocked, outbound allowed, local rules count).</summary>
    public ProfileState Profile(ProfileState configured) => !Active ? configured : new()
    {
        Name = configured.Name,
        Enabled = configured.Enabled == GpoBoolean.NotConfigured ? GpoBoolean.True : configured.Enabled,
        DefaultInboundAction = configured.DefaultInboundAction == Action.NotConfigured ? Action.Block : configured.DefaultInboundAction,
        DefaultOutboundAction = configured.DefaultOutboundAction == Action.NotConfigured ? Action.Allow : configured.DefaultOutboundAction,
        AllowInboundRules = configured.AllowInboundRules == GpoBoolean.NotConfigured ? GpoBoolean.True : configured.AllowInboundRules,
        AllowLocalFirewallRules = Faults.Has(State.Faults.LocalRulesDisallowed) ? GpoBoolean.False
            : configured.AllowLocalFirewallRules == GpoBoolean.NotConfigured ? GpoBoolean.True : configured.AllowLocalFirewallRules,
        NotifyOnListen = configured.NotifyOnListen,
        LogAllowed = configured.LogAllowed,
        LogBlocked = configured.LogBlocked,
        LogFileName = configured.LogFileName,
        LogMaxSizeKilobytes = configured.LogMaxSizeKilobytes,
    };

    /// <summary>What a rule does in the active store; empty elsewhere ("MSFT_NetFirewallRule class", EnforcementStatus).</summary>
    public IReadOnlyList<EnforcementStatus> Enforcement(FirewallState firewall, RuleState rule)
    {
        if (!Active) return [];
        var profile = Profile(firewall.Profiles.Single(profile => profile.Name == firewall.ActiveProfile.ToString()));
        if (rule.PolicyStoreSourceType == PolicyStoreType.Local && profile.AllowLocalFirewallRules == GpoBoolean.False)
            return [EnforcementStatus.LocalFirewallRulesDisallowed];
        if (rule.Enabled == Enabled.False) return [EnforcementStatus.DisabledObject];
        if (rule.Profile != Microsoft.PowerShell.Cmdletization.GeneratedTypes.NetSecurity.Profile.Any && !rule.Profile.HasFlag(firewall.ActiveProfile))
            return [EnforcementStatus.InactiveProfile];
        return profile.Enabled == GpoBoolean.False ? [EnforcementStatus.FirewallOffInProfile] : [EnforcementStatus.Full];
    }
}
