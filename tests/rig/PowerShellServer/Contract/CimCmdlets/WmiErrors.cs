using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Contract.CimCmdlets;

/// <summary>
/// Errors of WMI as Get-CimInstance reports them: the id is WMI's own number ("WMI Error Constants", Microsoft Learn), the category is PowerShell's for the
/// CIM status that it stands for. Messages are in the machine's language. On Windows the command is a binary one and the id ends in its class; here it ends in its name.
/// </summary>
internal static class WmiErrors
{
    /// <summary>WBEM_E_INVALID_NAMESPACE; the small letters are Windows' own.</summary>
    public static ErrorRecord InvalidNamespace() => Of("0x8004100e", "Invalid namespace ", ErrorCategory.MetadataError, null);

    /// <summary>WBEM_E_INVALID_CLASS.</summary>
    public static ErrorRecord InvalidClass(string space, string name) => Of("0x80041010", "Invalid class ", ErrorCategory.MetadataError, $"{space}:{name}");

    /// <summary>WBEM_E_INVALID_QUERY: a property that the class does not have.</summary>
    public static ErrorRecord InvalidQuery() => Of("0x80041017", "Invalid query ", ErrorCategory.InvalidArgument, null);

    /// <summary>WBEM_E_ACCESS_DENIED.</summary>
    public static ErrorRecord AccessDenied(string space, string name) => Of("0x80041003", "Access denied ", ErrorCategory.PermissionDenied, $"{space}:{name}");

    private static ErrorRecord Of(string number, string message, ErrorCategory category, object? target)
    {
        var record = new ErrorRecord(new InvalidOperationException(message), $"HRESULT {number}", category, target);
        record.CategoryInfo.Reason = "CimException";
        return record;
    }
}
