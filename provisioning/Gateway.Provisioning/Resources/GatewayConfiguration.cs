using Gateway.Provisioning.Manifest;

namespace Gateway.Provisioning.Resources;

/// <summary>The configuration file of the gateway service: the only thing that engine and service share. Its schema stands in <c>templates/gateway.schema.json</c>.</summary>
public static class GatewayConfiguration
{
    /// <summary>The file's text.</summary>
    /// <param name="appliance">The appliance.</param>
    public static string Render(Appliance appliance)
    {
        var gateway = appliance.Gateway;
        return Templates.Render("gateway.json.scriban", new Dictionary<string, object?>
        {
            ["site"] = appliance.Site.Name,
            ["ae_title"] = gateway.AeTitle.Text,
            ["dicom_port"] = gateway.DicomPort,
            ["maximum_pdu_bytes"] = gateway.MaximumPduBytes,
            ["maximum_object_bytes"] = gateway.MaximumObject.Bytes,
            ["maximum_associations"] = gateway.MaximumAssociations,
            ["idle_timeout_seconds"] = gateway.IdleTimeoutSeconds,
            ["callers"] = gateway.Callers,
            ["image_folder"] = gateway.ImageFolder.Text,
            ["ledger_file"] = gateway.DataFolder.Join("ledger.db").Text,
            ["health_port"] = gateway.HealthPort,
            ["log_folder"] = gateway.LogFolder.Text,
            ["log_days"] = appliance.Retention.LogDays,
        });
    }
}
