using System.Text;

namespace Gateway.Rig.PowerShellServer.Contract;

/// <summary>
/// Writes a contract module as PowerShell functions. Functions, because the commands of Windows' CIM modules are functions too: an error's
/// FullyQualifiedErrorId then ends in the command's name, as it does on Windows (about_Functions_CmdletBindingAttribute;
/// "CDXML overview", Microsoft Learn). The parameters come from the table, so that PowerShell itself refuses all others.
/// </summary>
public static class ModuleScript
{
    private static readonly HashSet<string> FromCmdletBinding = ["WhatIf", "Confirm"];

    /// <summary>The text that makes and imports the module.</summary>
    public static string For(ContractModule module)
    {
        var table = ContractTable.Of(module.Name);
        var text = new StringBuilder();
        text.Append("New-Module -Name ").Append(module.Name).AppendLine(" -ScriptBlock {");
        foreach (var command in module.Commands) Append(text, command, table.Commands[command.Name]);
        return text.AppendLine("Export-ModuleMember -Function * } | Import-Module").ToString();
    }

    private static void Append(StringBuilder text, ContractCommand command, IReadOnlyDictionary<string, string> parameters)
    {
        text.Append("function ").Append(command.Name).AppendLine(" {")
            .Append("[CmdletBinding(DefaultParameterSetName='").Append(command.DefaultSet).Append("', PositionalBinding=$false")
            .Append(parameters.ContainsKey("WhatIf") ? ", SupportsShouldProcess=$true" : string.Empty).AppendLine(")]")
            .AppendLine("param(")
            .AppendJoin(",\n", parameters.Where(parameter => !FromCmdletBinding.Contains(parameter.Key))
                .Select(parameter => Declaration(parameter.Key, parameter.Value, command.Shape(parameter.Key))))
            .AppendLine(")")
            .Append("begin { [").Append(typeof(ContractModules).FullName).AppendLine("]::Begin($PSCmdlet, $PSBoundParameters) }")
            .Append("process { [").Append(typeof(ContractModules).FullName).AppendLine("]::Process($PSCmdlet, $PSBoundParameters) } }");
    }

    private static string Declaration(string name, string type, ParameterShape shape)
    {
        var text = new StringBuilder();
        foreach (var set in shape.Sets.DefaultIfEmpty())
        {
            List<string> properties = [];
            if (set is not null) properties.Add($"ParameterSetName='{set}'");
            if (shape.Mandatory) properties.Add("Mandatory=$true");
            if (shape.Position is { } position) properties.Add($"Position={position}");
            if (shape.FromPipeline) properties.Add("ValueFromPipeline=$true");
            text.Append("[Parameter(").AppendJoin(", ", properties).Append(")] ");
        }
        if (shape.Alias is not null) text.Append("[Alias('").Append(shape.Alias).Append("')] ");
        if (shape.ObjectOf is not null) text.Append("[PSTypeName('").Append(CimObject.TypeName(shape.ObjectOf)).Append("')] ");
        return text.Append('[').Append(Bindable(type)).Append("] ${").Append(name).Append('}').ToString();
    }

    // A CIM object cannot be made without Windows' own library: the rig's are property bags of the same type names.
    private static string Bindable(string type) => type.Replace("Microsoft.Management.Infrastructure.CimInstance", "PSObject", StringComparison.Ordinal);
}
