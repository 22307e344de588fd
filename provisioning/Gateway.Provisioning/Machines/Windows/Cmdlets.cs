namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Every cmdlet that the product uses: what the oldest supported Windows must have, and what an administrator who restricts PowerShell must allow. Nothing else can be called.</summary>
public static class Cmdlets
{
    private static readonly List<Cmdlet> Used = [];

    /// <summary>All of them, module by module.</summary>
    public static IReadOnlyList<Cmdlet> All => Used;

    internal static Cmdlet GetFirewallProfile { get; } = Of("NetSecurity", "Get-NetFirewallProfile", "PolicyStore");

    internal static Cmdlet SetFirewallProfile { get; } = Of("NetSecurity", "Set-NetFirewallProfile", "Name", "DefaultOutboundAction");

    internal static Cmdlet GetFirewallRule { get; } = Of("NetSecurity", "Get-NetFirewallRule", "All", "Name", "PolicyStore");

    internal static Cmdlet NewFirewallRule { get; } = Of("NetSecurity", "New-NetFirewallRule", [.. RuleParameters, "DisplayName", "Group"]);

    internal static Cmdlet SetFirewallRule { get; } = Of("NetSecurity", "Set-NetFirewallRule", [.. RuleParameters, "NewDisplayName"]);

    internal static Cmdlet RemoveFirewallRule { get; } = Of("NetSecurity", "Remove-NetFirewallRule", "Name");

    internal static Cmdlet GetFirewallPortFilter { get; } = Of("NetSecurity", "Get-NetFirewallPortFilter", "All", "PolicyStore");

    internal static Cmdlet GetFirewallAddressFilter { get; } = Of("NetSecurity", "Get-NetFirewallAddressFilter", "All", "PolicyStore");

    internal static Cmdlet GetFirewallApplicationFilter { get; } = Of("NetSecurity", "Get-NetFirewallApplicationFilter", "All", "PolicyStore");

    internal static Cmdlet GetScheduledTask { get; } = Of("ScheduledTasks", "Get-ScheduledTask", "TaskPath");

    internal static Cmdlet GetScheduledTaskInfo { get; } = Of("ScheduledTasks", "Get-ScheduledTaskInfo", "InputObject");

    internal static Cmdlet ExportScheduledTask { get; } = Of("ScheduledTasks", "Export-ScheduledTask", "TaskName", "TaskPath");

    internal static Cmdlet RegisterScheduledTask { get; } = Of("ScheduledTasks", "Register-ScheduledTask", "TaskName", "TaskPath", "Xml", "Force");

    internal static Cmdlet UnregisterScheduledTask { get; } = Of("ScheduledTasks", "Unregister-ScheduledTask", "TaskName", "TaskPath", "Confirm");

    internal static Cmdlet GetSmbShare { get; } = Of("SmbShare", "Get-SmbShare");

    internal static Cmdlet GetCimInstance { get; } = Of("CimCmdlets", "Get-CimInstance", "Namespace", "ClassName", "Property");

    internal static Cmdlet GetMpComputerStatus { get; } = Of("Defender", "Get-MpComputerStatus");

    internal static Cmdlet GetMpPreference { get; } = Of("Defender", "Get-MpPreference");

    internal static Cmdlet AddMpPreference { get; } = Of("Defender", "Add-MpPreference", "ExclusionPath", "ExclusionProcess", "ExclusionExtension", "Force");

    internal static Cmdlet RemoveMpPreference { get; } = Of("Defender", "Remove-MpPreference", "ExclusionPath", "ExclusionProcess", "ExclusionExtension", "Force");

    private static string[] RuleParameters =>
        ["Name", "Description", "Direction", "Action", "Enabled", "Profile", "Protocol", "LocalPort", "RemotePort", "LocalAddress", "RemoteAddress", "Program"];

    private static Cmdlet Of(string module, string name, params string[] parameters)
    {
        var cmdlet = new Cmdlet(module, name, parameters);
        Used.Add(cmdlet);
        return cmdlet;
    }
}
