using System.Text.Json;

namespace Gateway.Rig.PowerShellServer.Contract;

/// <summary>
/// The parameters that a module's commands have on a real machine, by name and type: an embedded file made by
/// <c>reduce-parameter-table</c>. What is not in it does not exist for the rig.
/// </summary>
/// <param name="Machine">The Windows that the table was read off.</param>
/// <param name="Commands">Command name to parameter name to the full name of its type.</param>
public sealed record ContractTable(string Machine, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Commands)
{
    /// <summary>Reads the table of one module.</summary>
    public static ContractTable Of(string module)
    {
        using var stream = typeof(ContractTable).Assembly.GetManifestResourceStream($"{module.ToLowerInvariant()}.parameters.json")
            ?? throw new InvalidOperationException($"No table of parameters is embedded for the module {module}.");
        using var document = JsonDocument.Parse(stream);
        return new(
            document.RootElement.GetProperty("machine").GetString()!,
            document.RootElement.GetProperty("commands").Deserialize<Dictionary<string, IReadOnlyDictionary<string, string>>>()!);
    }
}
