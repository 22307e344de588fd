namespace Gateway.Provisioning.Machines.Windows;

/// <summary>A cmdlet of Windows PowerShell 5.1, with every parameter that the product gives it.</summary>
/// <param name="Module">The module that has it.</param>
/// <param name="Name">Verb and noun.</param>
/// <param name="Parameters">The parameters.</param>
public sealed record Cmdlet(string Module, string Name, IReadOnlyList<string> Parameters)
{
    /// <summary>Whether it changes nothing, by its verb ("Approved Verbs for PowerShell Commands", Microsoft Learn).</summary>
    internal bool OnlyReads => Name.StartsWith("Get-", StringComparison.Ordinal) || Name.StartsWith("Export-", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
