namespace Gateway.Provisioning.Machines.Windows;

/// <summary>A cmdlet of Windows PowerShell 5.1, with every parameter that the product gives it.</summary>
/// <param name="Module">The module that has it.</param>
/// <param name="Name">Verb and noun.</param>
/// <param name="Parameters">The parameters.</param>
public sealed record Cmdlet(string Module, string Name, IReadOnlyList<string> Parameters)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
