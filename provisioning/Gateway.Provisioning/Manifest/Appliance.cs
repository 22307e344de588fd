using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest;

/// <summary>The appliance of one site: everything that must hold on its machine. What a site leaves out has the default of the system requirements.</summary>
public sealed record Appliance
{
    /// <summary>Where an editor finds the schema; not read by the product.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Version of this format, 1.</summary>
    [Range(1, 1)]
    public required int FormatVersion { get; init; }

    /// <summary>The site that runs the appliance.</summary>
    public required Site Site { get; init; }

    /// <summary>Supported Windows releases, drives, update state (OS-1 to OS-4).</summary>
    public SystemSection System { get; init; } = new();

    /// <summary>Minima of the machine with their tolerances (HW-1 to HW-4).</summary>
    public Hardware Hardware { get; init; } = new();

    /// <summary>Folders with their access rights. The state root and its parent are made first, by the product itself, and do not stand here.</summary>
    public IReadOnlyList<FolderSetting> Folders { get; init; } = FolderSetting.Defaults;

    /// <summary>Virus scanner and its exclusions (AV-1 to AV-5).</summary>
    public Antivirus Antivirus { get; init; } = new();

    /// <summary>Firewall rules in and out (SEC-1, NET-1, NET-2, MON-2).</summary>
    public Firewall Firewall { get; init; } = new();

    /// <summary>Mail servers and the certificates for them (NET-1 to NET-4).</summary>
    public Mail Mail { get; init; } = new();

    /// <summary>Status monitoring by check_mk (MON-1 to MON-4, OS-3).</summary>
    public Monitoring Monitoring { get; init; } = new();

    /// <summary>The gateway's database.</summary>
    public Database Database { get; init; } = new();

    /// <summary>Nightly backup (BAK-1 to BAK-3).</summary>
    public Backup Backup { get; init; } = new();

    /// <summary>The gateway service: AE titles, ports, partners, routes, priorities.</summary>
    public required GatewaySection Gateway { get; init; }

    /// <summary>The web client (CLI-1 to CLI-3).</summary>
    public WebClient Web { get; init; } = new();

    /// <summary>Remote access for installation and maintenance (REM-1, REM-2).</summary>
    public required RemoteAccess RemoteAccess { get; init; }

    /// <summary>The machine's clock (X-TIME).</summary>
    public TimeSection Time { get; init; } = new();

    /// <summary>Deletion periods (X-RET).</summary>
    public Retention Retention { get; init; } = new();

    /// <summary>Further registry values that this site needs.</summary>
    public IReadOnlyList<RegistrySetting> Registry { get; init; } = [];

    /// <summary>Controls whose force this site sharpens or relaxes. The report says that it did.</summary>
    public IReadOnlyDictionary<ControlId, Enforcement> Enforce { get; init; } = new Dictionary<ControlId, Enforcement>();

    /// <summary>What a person has confirmed, for the controls that may rest on a person's word.</summary>
    public IReadOnlyList<Attestation> Attestations { get; init; } = [];

    /// <summary>Unmet controls that a responsible person accepts until a day.</summary>
    public IReadOnlyList<Waiver> Waivers { get; init; } = [];

    /// <summary>Third-party payloads, verified by their digest.</summary>
    public IReadOnlyList<Payload> Payloads { get; init; } = Payload.Defaults;

    /// <summary>Where the payloads are looked for: a folder of the machine, or a share, which is read as the computer account. They are copied from there before they are checked and used.</summary>
    public string PayloadFolder { get; init; } = @"D:\VISUS\payloads";

    /// <summary>Services and packages that were there before under a name of the product's, and that it may take over (<c>service/DicomMailMariaDB</c>). Without that they stop the plan. A rollback puts a service back as it was.</summary>
    public IReadOnlyList<ResourceId> TakeOver { get; init; } = [];

    /// <summary>What a rehearsal uses in place of the world.</summary>
    public Rehearsal Rehearsal { get; init; } = new();
}
