namespace Gateway.Provisioning.Manifest;

/// <summary>The product's own service, which looks after an installed appliance: gwctl in service mode.</summary>
public static class ProvisioningService
{
    /// <summary>Its name; the named pipe of this computer and the source of its events are called so too.</summary>
    public const string Name = "GatewayProvisioning";

    /// <summary>What people see.</summary>
    public const string DisplayName = "DICOM-Mail Gateway provisioning";

    /// <summary>Who it is.</summary>
    public const string Account = "LocalSystem";

    /// <summary>The source of the gateway's own events in the Application log, whatever its service is called.</summary>
    public const string GatewayEvents = "DicomMailGateway";

    /// <summary>The key below HKEY_LOCAL_MACHINE that makes a source of the Application log ("Event Sources", Microsoft Learn).</summary>
    /// <param name="source">The source.</param>
    public static string EventSourceKey(string source) => $@"SYSTEM\CurrentControlSet\Services\EventLog\Application\{source}";

    /// <summary>The value of that key that names the texts of its events; it may be REG_SZ ("Event Sources", Microsoft Learn).</summary>
    public const string EventMessages = "EventMessageFile";

    /// <summary>The file with those texts, beside the program: .NET's own, in which every event is what was written.</summary>
    public const string EventMessageFile = "System.Diagnostics.EventLog.Messages.dll";
}
