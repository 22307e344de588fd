using System.Text.Json.Nodes;

namespace Gateway.Rig.PowerShellServer.Contract.CimCmdlets;

/// <summary>
/// What WMI says of the rig's machine: section <c>cim</c> of the state file. A fresh one is a virtual machine of VMware's with Windows Server 2022 in German,
/// 8 cores and 24 GiB, of which the firmware keeps some.
/// </summary>
public sealed class CimState
{
    /// <summary>The section's name.</summary>
    public const string Section = "cim";

    /// <summary>Namespaces beside those that every machine has. A server has neither BitLocker's (the feature is not installed) nor the Security Center's (it is for clients).</summary>
    public List<string> Namespaces { get; set; } = [];

    /// <summary>Instances by class; a class that stands here has these, one that does not those of the fresh machine.</summary>
    public Dictionary<string, List<JsonObject>> Instances { get; set; } = [];

    /// <summary>The instances of a class.</summary>
    internal IReadOnlyList<JsonObject> InstancesOf(CimClass asked) =>
        Instances.FirstOrDefault(one => one.Key.Equals(asked.Name, StringComparison.OrdinalIgnoreCase)).Value ?? FreshMachine.InstancesOf(asked.Name);
}
