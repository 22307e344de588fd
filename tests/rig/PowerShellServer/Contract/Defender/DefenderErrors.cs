using System.Management.Automation;

namespace Gateway.Rig.PowerShellServer.Contract.Defender;

/// <summary>
/// Errors of Defender's provider, whose category is always NotSpecified: only the id says what happened. Ids and categories are from published transcripts;
/// messages are in the machine's language.
/// </summary>
public static class DefenderErrors
{
    /// <summary>Too few rights; the number is the provider's own choice and says nothing about them.</summary>
    public static ErrorRecord NotAllowed(string className) => Of(className, "HRESULT 0xc0000142", "You don't have enough permissions to perform the requested operation.");

    /// <summary>WinDefend does not run.</summary>
    public static ErrorRecord NoService(string className) => Of(className, "HRESULT 0x800106ba", "Operation failed with the following error: 0x800106ba");

    private static ErrorRecord Of(string className, string id, string message)
    {
        var record = new ErrorRecord(new InvalidOperationException(message), id, ErrorCategory.NotSpecified, $"{className}:{DefenderModule.Namespace}/{className}");
        record.CategoryInfo.Reason = "CimException";
        return record;
    }
}
