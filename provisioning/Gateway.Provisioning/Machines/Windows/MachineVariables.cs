namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Environment variables as Defender sees them in an exclusion: machine variables and those that LocalSystem has too. What depends on the user is none of them
/// ("Configure and validate exclusions based on file extension and folder location", System environment variables, Microsoft Learn).
/// </summary>
internal static class MachineVariables
{
    private static readonly HashSet<string> SameForEverybody = new(
        ["ALLUSERSPROFILE", "ProgramData", "ProgramFiles", "ProgramFiles(x86)", "PUBLIC", "SystemDrive", "SystemRoot", "windir"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The value of a variable; null when there is none, or none that everybody has.</summary>
    /// <param name="name">The variable.</param>
    public static string? Value(string name) =>
        SameForEverybody.Contains(name) ? Environment.GetEnvironmentVariable(name) : Environment.GetEnvironmentVariable(name, EnvironmentVariableTarget.Machine);
}
