using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Contract;

/// <summary>Objects that look like CIM instances: the type names of the real ones, and their properties.</summary>
public static class CimObject
{
    private const string Instance = "Microsoft.Management.Infrastructure.CimInstance";

    /// <summary>The type name by which a command recognizes an object of this class.</summary>
    public static string TypeName(string className) => $"{Instance}#{className}";

    /// <summary>An object of a class of root/StandardCimv2.</summary>
    public static PSObject Of(string className, params IEnumerable<(string Name, object? Value)> properties) => In("root/standardcimv2", className, properties);

    /// <summary>An object of a class of another namespace.</summary>
    public static PSObject In(string space, string className, params IEnumerable<(string Name, object? Value)> properties)
    {
        var made = new PSObject();
        foreach (var (name, value) in properties) made.Properties.Add(new PSNoteProperty(name, value));
        made.TypeNames.Clear();
        made.TypeNames.Add($"{Instance}#{space}/{className}");
        made.TypeNames.Add(TypeName(className));
        made.TypeNames.Add(Instance);
        made.TypeNames.Add("System.Object");
        return made;
    }

    /// <summary>The text of an object's property.</summary>
    public static string Text(PSObject from, string property) => LanguagePrimitives.ConvertTo<string>(from.Properties[property].Value);
}
