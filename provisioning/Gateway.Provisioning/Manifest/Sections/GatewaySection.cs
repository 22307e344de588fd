using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>The gateway service.</summary>
public sealed record GatewaySection
{
    /// <summary>The Windows service's name; its virtual account is <c>NT SERVICE\name</c>.</summary>
    [RegularExpression("^[A-Za-z][A-Za-z0-9]{0,63}$")]
    public string ServiceName { get; init; } = "DicomMailGateway";

    /// <summary>The AE title that the PACS sends to.</summary>
    public required AeTitle AeTitle { get; init; }

    /// <summary>The DICOM port.</summary>
    [Range(1, 65535)]
    public int DicomPort { get; init; } = 11112;

    /// <summary>The loopback port of the health address.</summary>
    [Range(1, 65535)]
    public int HealthPort { get; init; } = 8480;

    /// <summary>Who may send: AE title and addresses. An empty list admits nobody.</summary>
    public IReadOnlyList<Caller> Callers { get; init; } = [];

    /// <summary>Where the installer lays program versions side by side.</summary>
    public WindowsPath ProgramFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\gateway");

    /// <summary>Where received images lie.</summary>
    public WindowsPath ImageFolder { get; init; } = WindowsPath.Of(@"E:\VISUS\images");

    /// <summary>Where the ledger lies.</summary>
    public WindowsPath DataFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\data");

    /// <summary>Where logs lie.</summary>
    public WindowsPath LogFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\logs");

    /// <summary>Where the rendered configuration lies.</summary>
    public WindowsPath ConfigFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\config");

    /// <summary>The longest PDU that is announced and accepted, in bytes (PS3.8 section D.1).</summary>
    [Range(4096, 1048576)]
    public int MaximumPduBytes { get; init; } = 131072;

    /// <summary>The largest object that is accepted.</summary>
    public ByteSize MaximumObject { get; init; } = ByteSize.Of("8 GB");

    /// <summary>How many associations are served at once.</summary>
    [Range(1, 1024)]
    public int MaximumAssociations { get; init; } = 64;

    /// <summary>After this many seconds of silence an association is ended.</summary>
    [Range(5, 3600)]
    public int IdleTimeoutSeconds { get; init; } = 60;

    /// <summary>The sites that images are exchanged with.</summary>
    public IReadOnlyList<Partner> Partners { get; init; } = [];

    /// <summary>Where images go; the first route that fits decides.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>AE titles whose images overtake everything else, or wait behind it.</summary>
    public Priorities Priorities { get; init; } = new();
}

/// <summary>A peer that may send.</summary>
public sealed record Caller
{
    /// <summary>Its AE title.</summary>
    public required AeTitle AeTitle { get; init; }

    /// <summary>Its addresses.</summary>
    [Length(1, 64)]
    public required IReadOnlyList<AddressRange> Addresses { get; init; }
}

/// <summary>A site that images are exchanged with.</summary>
public sealed record Partner
{
    /// <summary>Names the partner in routes and reports.</summary>
    public required ItemId Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its mail address in the network.</summary>
    [RegularExpression(@"^[^@\s]{1,64}@[A-Za-z0-9.-]{1,253}$")]
    public required string MailAddress { get; init; }

    /// <summary>The virtual AE title that sends to it, or none.</summary>
    public AeTitle? VirtualAeTitle { get; init; }
}

/// <summary>How urgent images are.</summary>
public enum Priority
{
    /// <summary>As they come.</summary>
    Normal,

    /// <summary>Overtakes everything else.</summary>
    Emergency,

    /// <summary>Waits behind everything else.</summary>
    Bulk,
}

/// <summary>Where images go.</summary>
public sealed record Route
{
    /// <summary>Names the route.</summary>
    public required ItemId Id { get; init; }

    /// <summary>The AE title that the images were sent to, or any.</summary>
    public AeTitle? CalledAeTitle { get; init; }

    /// <summary>The modality (PS3.3 section C.7.3.1.1.1), or any.</summary>
    [RegularExpression("^[A-Z0-9_ ]{1,16}$")]
    public string? Modality { get; init; }

    /// <summary>The partners that the images go to, by id.</summary>
    [Length(1, 32)]
    public required IReadOnlyList<ItemId> To { get; init; }

    /// <summary>How urgent they are.</summary>
    public Priority Priority { get; init; } = Priority.Normal;
}

/// <summary>AE titles with a priority of their own.</summary>
public sealed record Priorities
{
    /// <summary>The virtual AE title of emergencies, or none.</summary>
    public AeTitle? EmergencyAeTitle { get; init; }

    /// <summary>The virtual AE title of bulk transfers, or none.</summary>
    public AeTitle? BulkAeTitle { get; init; }
}
