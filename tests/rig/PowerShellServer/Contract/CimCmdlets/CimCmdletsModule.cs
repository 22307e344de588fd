using Gateway.Rig.PowerShellServer.State;

namespace Gateway.Rig.PowerShellServer.Contract.CimCmdlets;

/// <summary>
/// The command of the CimCmdlets module that the product uses, after its page on Microsoft Learn ("Get-CimInstance", Windows PowerShell 5.1). What does not exist
/// answers as WMI does, with an error and never with an empty list.
/// </summary>
public static class CimCmdletsModule
{
    private const string DefaultNamespace = "root/cimv2";

    private static readonly string[] ByClass = ["ClassNameComputerSet", "ClassNameSessionSet"];

    /// <summary>The module.</summary>
    public static ContractModule Module { get; } = new("CimCmdlets",
    [
        new("Get-CimInstance", "ClassNameComputerSet", Shape, new HashSet<string>(["ClassName", "Namespace", "Property"], StringComparer.OrdinalIgnoreCase), GetInstances),
    ]);

    /// <summary>"Get-CimInstance": by class name, by resource, by query, or anew by an instance; each on this computer, on named ones, or in sessions.</summary>
    private static ParameterShape Shape(string parameter) => parameter switch
    {
        "ClassName" => new(ByClass, Mandatory: true, Position: 0),
        "CimSession" => new(["CimInstanceSessionSet", "ClassNameSessionSet", "QuerySessionSet", "ResourceUriSessionSet"], Mandatory: true),
        "ComputerName" => new(["CimInstanceComputerSet", "ClassNameComputerSet", "QueryComputerSet", "ResourceUriComputerSet"], Alias: "CN"),
        "Filter" or "Property" or "KeyOnly" => new([.. ByClass, "ResourceUriComputerSet", "ResourceUriSessionSet"]),
        "Namespace" or "Shallow" => new([.. ByClass, "QueryComputerSet", "QuerySessionSet", "ResourceUriComputerSet", "ResourceUriSessionSet"]),
        "InputObject" => new(["CimInstanceComputerSet", "CimInstanceSessionSet"], Mandatory: true, Position: 0, FromPipeline: true),
        "Query" => new(["QueryComputerSet", "QuerySessionSet"], Mandatory: true),
        "QueryDialect" => new([.. ByClass, "QueryComputerSet", "QuerySessionSet"]),
        "ResourceUri" => new(["ResourceUriComputerSet", "ResourceUriSessionSet"], Mandatory: true),
        _ => new([], Alias: parameter == "OperationTimeoutSec" ? "OT" : null),
    };

    private static void GetInstances(Call call)
    {
        var space = CimSchema.Normalized(call.Get("Namespace", DefaultNamespace));
        var name = call.Get("ClassName", string.Empty);
        var state = call.State.Read<CimState>(CimState.Section);
        if (!state.Namespaces.Select(CimSchema.Normalized).Concat(CimSchema.Everywhere).Contains(space, StringComparer.OrdinalIgnoreCase))
        {
            call.Report(WmiErrors.InvalidNamespace());
            return;
        }

        // "BitLocker Drive Encryption Provider", Microsoft Learn: its classes are for administrators.
        if (CimSchema.NeedsAdministrator(space) && call.Faults.Has(Faults.AccessDenied))
        {
            call.Report(WmiErrors.AccessDenied(space, name));
            return;
        }

        if (CimSchema.Find(space, name) is not { } found)
        {
            call.Report(WmiErrors.InvalidClass(space, name));
            return;
        }

        var asked = call.Get<string[]>("Property", []);
        if (asked.Any(property => property != "*" && !found.Properties.ContainsKey(property)))
        {
            call.Report(WmiErrors.InvalidQuery());
            return;
        }

        foreach (var instance in state.InstancesOf(found))
            call.Cmdlet.WriteObject(CimSchema.Made(found, instance, asked.Length == 0 || asked.Contains("*") ? null : new(asked, StringComparer.OrdinalIgnoreCase), call.Faults.Has(Faults.DisplayValues)));
    }
}
