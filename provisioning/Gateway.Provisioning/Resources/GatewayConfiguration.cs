using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

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
            ["tls"] = TlsOf(gateway.Tls),
            ["callers"] = gateway.Callers.Select(caller => new
            {
                aeTitle = caller.AeTitle.Text, addresses = caller.Addresses, userName = caller.UserName ?? "", passcodeFile = FileOf(caller.Passcode),
                maximumOperations = caller.MaximumOperations,
            }),
            ["image_folder"] = gateway.ImageFolder.Text,
            ["emergency_ae_title"] = gateway.Priorities.EmergencyAeTitle?.Text ?? "",
            ["bulk_ae_title"] = gateway.Priorities.BulkAeTitle?.Text ?? "",
            ["emergency_reserve"] = gateway.DiskReserve.Emergencies.Bytes,
            ["floor"] = gateway.DiskReserve.Floor.Bytes,
            ["delivered_hours"] = appliance.Retention.DeliveredHours,
            ["image_days"] = appliance.Retention.ImageMaximumDays,
            ["index_file"] = gateway.DataFolder.Join("index.db").Text,
            ["database_port"] = appliance.Database.Port,
            ["database_password"] = Kept("database-gateway"),
            ["targets"] = gateway.Targets.Select(target => new
            {
                id = target.Id.Text, aeTitle = target.AeTitle.Text, host = target.Host.Text, port = target.Port, patientIdPrefix = target.PatientIdPrefix,
                patientIdIssuer = target.PatientIdIssuer, accessionPrefix = target.AccessionPrefix, accessionIssuer = target.AccessionIssuer,
                storageCommitment = target.StorageCommitment, commitmentMinutes = target.CommitmentMinutes,
                tls = TlsOf(target.Tls), userName = target.UserName ?? "", passcodeFile = FileOf(target.Passcode), maximumOperations = target.MaximumOperations,
                patientIdTable = target.PatientIdTable?.Text ?? "", accessionTable = target.AccessionTable?.Text ?? "", unmapped = target.Unmapped == UnmappedIds.Prefix ? "prefix" : "deadLetter",
            }),
            ["partners"] = gateway.Partners.Select(partner => new { id = partner.Id.Text, virtualAeTitle = partner.VirtualAeTitle?.Text ?? "" }),
            ["routes"] = gateway.Routes.Select(RouteOf),
            ["mail"] = MailOf(appliance),
            ["completion"] = gateway.Completion,
            ["retry"] = gateway.Retry,
            ["health_port"] = gateway.HealthPort,
            ["log_folder"] = gateway.LogFolder.Text,
            ["log_days"] = appliance.Retention.LogDays,
            ["audit_folder"] = (gateway.Audit.Folder ?? gateway.LogFolder.Join("audit")).Text,
            ["audit_days"] = gateway.Audit.RetainDays,
            ["syslog"] = new { host = gateway.Audit.Syslog?.Host.Text ?? "", port = gateway.Audit.Syslog?.Port ?? 0, authorityFile = gateway.Audit.Syslog?.AuthorityFile?.Text ?? "" },
            ["alarms"] = AlarmsOf(gateway.Alarms),
        });
    }

    private static object TlsOf(DicomTls? tls) => new
    {
        certificateFile = tls?.CertificateFile?.Text ?? "", keyFile = tls?.KeyFile?.Text ?? "", keyPasswordFile = FileOf(tls?.KeyPassword),
        certificateSubject = tls?.CertificateSubject ?? "", authorityFile = tls?.AuthorityFile.Text ?? "", checkPeer = tls?.CheckPeer ?? true,
    };

    // The service reads a secret from its file; a variable of the one who applies is none of its.
    private static string FileOf(SecretReference? secret) => secret is not { } reference ? "" : reference.File ?? (reference.StoreName is { } name ? Kept(name) : "");

    private static string Kept(string name) => ManifestPaths.StateRoot.Join("secrets").Join($"{name}.dpapi").Text;

    private static object MailOf(Appliance appliance) => new
    {
        transport = appliance.Mail.Address is null ? "none" : appliance.Mail.Folder is null ? "servers" : "folder",
        address = appliance.Mail.Address ?? "",
        account = appliance.Mail.Account ?? "",
        folder = appliance.Mail.Folder?.Text ?? "",
        servers = appliance.Mail.Servers.Select(server => new { host = server.Host.Text, smtpPort = server.SmtpPort, pop3sPort = server.Pop3sPort, address = "" }),
        authoritySha256 = appliance.Mail.Authority.Sha256?.Text ?? "",
        authorityFile = "",
        revocation = appliance.Mail.Authority.AskRevocation ? "online" : "off",
        certificateSubject = appliance.Mail.ClientCertificate.Subject,
        certificateFile = "",
        pollSeconds = appliance.Mail.PollSeconds,
        checkAt = appliance.Mail.CheckAt ?? "",
        keysFolder = appliance.Gateway.DataFolder.Join("keys").Text,
        partnersFolder = appliance.Gateway.DataFolder.Join("partners").Text,
        scanFolder = appliance.Mail.ScanFolder.Text,
        scanCommand = appliance.Mail.ScanCommand,
    };

    private static object AlarmsOf(Alarms alarms) => new
    {
        emergencyMinutes = alarms.EmergencyMinutes,
        quietMinutes = alarms.QuietMinutes,
        mail = new
        {
            host = alarms.Mail?.Host.Text ?? "", port = alarms.Mail?.Port ?? 0, startTls = alarms.Mail?.StartTls == false ? "none" : "required",
            authorityFile = alarms.Mail?.AuthorityFile?.Text ?? "", from = alarms.Mail?.From ?? "", to = alarms.Mail?.To ?? [],
        },
        webhook = new { url = alarms.Webhook?.Url ?? "", tokenFile = alarms.Webhook?.TokenFile?.Text ?? "" },
    };

    private static object RouteOf(Route route) => new
    {
        id = route.Id.Text,
        calledAeTitle = route.CalledAeTitle?.Text ?? "",
        callingAeTitle = route.CallingAeTitle?.Text ?? "",
        modality = route.Modality ?? "",
        description = route.Description ?? "",
        bodyPart = route.BodyPart ?? "",
        from = route.From ?? "",
        until = route.Until ?? "",
        to = route.To.Select(id => id.Text),
        priority = route.Priority.ToString().ToLowerInvariant(),
    };
}
