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
}
