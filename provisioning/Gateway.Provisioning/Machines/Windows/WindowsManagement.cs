using System.Management.Automation;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Questions to Windows Management Instrumentation through Get-CimInstance. What does not exist is told by WMI's own numbers ("WMI Error Constants", Microsoft
/// Learn), which stand in the error's id on a Windows of any language.
/// </summary>
/// <param name="powerShell">Runs the cmdlet.</param>
internal sealed class WindowsManagement(WindowsPowerShell powerShell)
{
    private const string InvalidNamespace = "HRESULT 0x8004100E"; // WBEM_E_INVALID_NAMESPACE
    private const string InvalidClass = "HRESULT 0x80041010"; // WBEM_E_INVALID_CLASS
    private const string MachineNamespace = "root/cimv2";

    /// <summary>All instances of a class that every Windows has, with the given properties only: a processor's take a second otherwise.</summary>
    public Task<IReadOnlyList<PSObject>> AllAsync(string name, IReadOnlyList<string> properties, CancellationToken cancel) => powerShell.InvokeAsync(
        Cmdlets.GetCimInstance, WindowsPowerShell.With(("Namespace", MachineNamespace), ("ClassName", name), ("Property", properties.ToArray())), missingIsEmpty: false, cancel);

    /// <summary>All instances of a class that comes with a feature; none where the feature is not installed.</summary>
    public Task<IReadOnlyList<PSObject>> AllOfFeatureAsync(string space, string name, CancellationToken cancel) => powerShell.InvokeAsync(
        Cmdlets.GetCimInstance, WindowsPowerShell.With(("Namespace", space), ("ClassName", name)), IsAbsent, cancel);

    private static bool IsAbsent(ErrorRecord error) =>
        error.FullyQualifiedErrorId.StartsWith(InvalidNamespace, StringComparison.OrdinalIgnoreCase) || error.FullyQualifiedErrorId.StartsWith(InvalidClass, StringComparison.OrdinalIgnoreCase);
}
