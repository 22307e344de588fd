using Gateway.Provisioning.Diagnosis;
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
            .. NotYet(),
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
    ];

    private static IEnumerable<Resource> NotYet() =>
    [
        NotYet("retention", "X-RET", new("Bilder und Protokolle werden fristgerecht gelöscht", "images and logs are deleted in time"), new("diese Version des Gateways löscht Protokolle, aber noch keine Bilder", "this version of the gateway deletes logs, but no images yet")),
        NotYet("access-log", "X-LOG", new("Zugriffe auf Patientendaten werden protokolliert", "access to patient data is logged"), new("diese Version des Gateways zeigt noch niemandem Bilder", "this version of the gateway shows nobody any images yet")),
        NotYet("constancy", "X-DIN", new("tägliche und monatliche Prüfungen der Übertragung", "daily and monthly tests of the transmission"), new("diese Version des Gateways überträgt noch nichts", "this version of the gateway transmits nothing yet")),
    ];

    private static DecidedWithoutLooking NotYet(string name, string control, Wording what, Wording why) =>
        new() { Name = name, IsNeeded = true, What = what, Why = why, Controls = Serves(control) };

    private Payload PayloadOf(ItemId id) => appliance.Payloads.First(p => p.Id == id);

    // The folder of the manifest that holds a path most closely.
    private IReadOnlyList<ResourceId> FoldersHolding(WindowsPath path) =>
        appliance.Folders.Where(f => f.Path.Contains(path)).MaxBy(f => f.Path.Text.Length) is { } folder ? [new(Folder.Kind, folder.Id.Text)] : [];

    private static IReadOnlyList<ControlId> Serves(params string[] ids) => [.. ids.Select(ControlId.Of)];
}
