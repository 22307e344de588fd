using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Contract;

/// <summary>
/// Errors as the commands of Windows' CIM modules report them. The message of a real one is in the machine's language: only category
/// and id are to be relied on ("Everything you wanted to know about exceptions", "ErrorRecord Class", Microsoft Learn).
/// </summary>
public static class CimErrors
{
    /// <summary>No object has the value that was asked for by one property ("CmdletAdapter Class", Microsoft Learn).</summary>
    public static ErrorRecord NotFound(string className, string property, object value) => Named("CimJobException", new ErrorRecord(
        new ItemNotFoundException($"No {className} objects found with property '{property}' equal to '{value}'.  Verify the value of the property and retry."),
        $"CmdletizationQuery_NotFound_{property}", ErrorCategory.ObjectNotFound, value));

    /// <summary>No object fits a query by several properties.</summary>
    public static ErrorRecord NotFound(string className) => Named("CimJobException", new ErrorRecord(
        new ItemNotFoundException($"No matching {className} objects found by CIM query for instances. Verify query parameters and retry."),
        "CmdletizationQuery_NotFound", ErrorCategory.ObjectNotFound, null));

    /// <summary>ERROR_ACCESS_DENIED, 5 ("System Error Codes (0-499)", Microsoft Learn).</summary>
    public static ErrorRecord AccessDenied(string className) => Named("CimException", new ErrorRecord(
        new UnauthorizedAccessException("Access is denied. "), "Windows System Error 5", ErrorCategory.PermissionDenied, Target(className)));

    /// <summary>ERROR_ALREADY_EXISTS, 183 ("System Error Codes (0-499)", Microsoft Learn).</summary>
    public static ErrorRecord AlreadyExists(string className) => Named("CimException", new ErrorRecord(
        new InvalidOperationException("Cannot create a file when that file already exists. "), "Windows System Error 183", ErrorCategory.ResourceExists, Target(className)));

    /// <summary>E_INVALIDARG ("Common HRESULT Values", Microsoft Learn).</summary>
    public static ErrorRecord InvalidArgument(string className, string message) => Named("CimException", new ErrorRecord(
        new ArgumentException(message), "HRESULT 0x80070057", ErrorCategory.InvalidArgument, Target(className)));

    private static string Target(string className) => $"{className}:root/standardcimv2/{className}";

    private static ErrorRecord Named(string exception, ErrorRecord record)
    {
        record.CategoryInfo.Reason = exception;
        return record;
    }
}
