using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Assertions;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources;

/// <summary>What a manifest becomes: every resource of the appliance, in the order of the manifest. The table of contents of the engine.</summary>
public sealed partial class ApplianceResources
{
    private const string BackupTask = "DICOM-Mail Gateway backup";
    private const string ReportTask = "DICOM-Mail Gateway report";

    private readonly Appliance appliance;
    private readonly ResourceId gatewayService;
    private readonly ResourceId gatewayConfiguration = new(RenderedFile.Kind, "gateway-config");
    private readonly ResourceId agentPackage;
    private readonly ResourceId databasePackage;

    private ApplianceResources(Appliance appliance)
    {
        this.appliance = appliance;
        gatewayService = new(WindowsService.Kind, appliance.Gateway.ServiceName);
        agentPackage = new(Package.Kind, appliance.Monitoring.Payload.Text);
        databasePackage = new(Package.Kind, appliance.Database.Payload.Text);
    }

    /// <summary>Every resource of an appliance.</summary>
    /// <param name="appliance">The appliance.</param>
    public static IReadOnlyList<Resource> Declare(Appliance appliance)
    {
        var it = new ApplianceResources(appliance);
        return
        [
            .. it.TheMachine(),
            .. it.Secrets(),
            .. it.Folders(),
            .. it.Registry(),
            .. it.Firewall(),
            .. it.MailServers(),
            .. it.DatabaseServer(),
            .. it.Antivirus(),
            .. it.Backup(),
            .. it.Monitoring(),
            .. it.GatewayService(), // last of what is changed, with what looks after it: an upgrade that fails before leaves the old version running
            .. it.Provisioning(),
            .. it.Clients(),
            .. it.Lines(),
        ];
    }

    private IEnumerable<Resource> Registry() =>
    [
        new RegistryEntry
        {
            Name = ItemId.Of("program-folder"),
            Value = new RegistryValue(ManifestPaths.RegistryKey, "ProgramFolder", appliance.Gateway.ProgramFolderOfThisVersion().Text),
        },
        .. appliance.Registry.Select(r => new RegistryEntry { Name = r.Id, Value = new RegistryValue(r.Key, r.Name, r.Text), DependsOn = r.DependsOn }),
    ];

    private IEnumerable<Resource> Clients() =>
    [
        new WebClientServed { Port = appliance.Gateway.HealthPort, DependsOn = [gatewayService], Controls = Serves("CLI-1") },
        new TestedBrowsers { Port = appliance.Gateway.HealthPort, Browsers = appliance.Web.Browsers, DependsOn = [gatewayService], Controls = Serves("CLI-2") },
        new ClientMemory { Port = appliance.Gateway.HealthPort, Most = appliance.Web.ClientMemory, DependsOn = [gatewayService], Controls = Serves("CLI-3") },
        new DeletedInTime { Port = appliance.Gateway.HealthPort, Periods = appliance.Retention, AuditDays = appliance.Gateway.Audit.RetainDays, DependsOn = [gatewayService], Controls = Serves("X-RET") },
        new AuditTrailWritten { Port = appliance.Gateway.HealthPort, DependsOn = [gatewayService], Controls = Serves("X-LOG") },
    ];

    private IEnumerable<Resource> Lines() =>
    [
        appliance.Mail.Address is not null && appliance.Gateway.Partners.Count > 0
            ? new LinesChecked { Port = appliance.Gateway.HealthPort, Partners = [.. appliance.Gateway.Partners.Select(partner => partner.Id.Text)], DependsOn = [gatewayService], Controls = Serves("X-DIN") }
            : new DecidedWithoutLooking
            {
                Name = "lines-checked",
                IsNeeded = true,
                What = new("tägliche und monatliche Prüfungen der Übertragung", "daily and monthly tests of the transmission"),
                Why = new("mail.address nennt noch keine Adresse dieses Gateways: Partner werden nicht erreicht", "mail.address names no address of this gateway yet: partners are not reached"),
                Controls = Serves("X-DIN"),
            },
    ];

    private Payload PayloadOf(ItemId id) => appliance.Payloads.First(p => p.Id == id);

    // The folder of the manifest that holds a path most closely.
    private IReadOnlyList<ResourceId> FoldersHolding(WindowsPath path) =>
        appliance.Folders.Where(f => f.Path.Contains(path)).MaxBy(f => f.Path.Text.Length) is { } folder ? [new(Folder.Kind, folder.Id.Text)] : [];

    private static IReadOnlyList<ControlId> Serves(params string[] ids) => [.. ids.Select(ControlId.Of)];
}
