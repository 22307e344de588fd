namespace Gateway.Provisioning.Manifest;

/// <summary>A source of the Application log of Windows ("Event Sources", Microsoft Learn). The provisioning service's is called as it is.</summary>
public static class EventSource
{
    /// <summary>The gateway's source, whatever its service is called. The service writes under this name; a test holds both to it.</summary>
    public const string Gateway = "DicomMailGateway";

    /// <summary>The value of its key that names the texts of its events; it may be REG_SZ.</summary>
    public const string Messages = "EventMessageFile";

    /// <summary>The file with those texts, beside the program: .NET's own, in which every event is what was written.</summary>
    public const string MessageFile = "System.Diagnostics.EventLog.Messages.dll";

    /// <summary>The key below HKEY_LOCAL_MACHINE that makes a source.</summary>
    /// <param name="source">The source.</param>
    public static string KeyOf(string source) => $@"SYSTEM\CurrentControlSet\Services\EventLog\Application\{source}";
}
