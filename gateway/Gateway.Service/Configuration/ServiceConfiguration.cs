using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Gateway.Service.Configuration;

/// <summary>The configuration file: the only thing that configures the service. Provisioning renders it from the manifest.</summary>
[Description(
    "The configuration of the gateway service, and the only thing that configures it. Provisioning renders it from the manifest.")]
internal sealed record ServiceConfiguration
{
    [Description("The version of this format: 1.")]
    [Range(1, 1)]
    public required int FormatVersion { get; init; }

    [Description("The site's name, for people.")]
    public required string Site { get; init; }

    [Description("The DICOM listener.")]
    public required DicomSection Dicom { get; init; }

    [Description("Where received objects are kept.")]
    public required SpoolSection Spool { get; init; }

    [Description("The index of the spool.")]
    public required LedgerSection Ledger { get; init; }

    [Description("Where the service tells how it is.")]
    public required HealthSection Health { get; init; }

    [Description("The service's logs.")]
    public required LogSection Logs { get; init; }
}

/// <summary>The DICOM listener.</summary>
internal sealed record DicomSection
{
    [Description("The AE title that peers must call: 1 to 16 printable ASCII characters without backslash.")]
    public required string AeTitle { get; init; }

    [Description("The IP address to listen on; 0.0.0.0 is every one.")]
    public required string BindAddress { get; init; }

    [Description("The TCP port.")]
    [Range(1, 65535)]
    public required int Port { get; init; }

    [Description("The longest P-DATA-TF that is announced and taken, in bytes. A longer one aborts the association.")]
    [Range(4096, 1048576)]
    public required int MaximumPduBytes { get; init; }

    [Description("The longest data set that is taken, in bytes. A longer one is refused with status A700.")]
    [Range(1024.0, 1099511627776.0)]
    public required long MaximumObjectBytes { get; init; }

    [Description("How many associations are open at once. One more is rejected, for now.")]
    [Range(1, 1024)]
    public required int MaximumAssociations { get; init; }

    [Description("The longest silence of a peer, in seconds.")]
    [Range(1, 3600)]
    public required int IdleTimeoutSeconds { get; init; }

    [Description("Who may call. An empty list is nobody.")]
    public required IReadOnlyList<CallerSection> Callers { get; init; }
}

/// <summary>One application entity that may call.</summary>
internal sealed record CallerSection
{
    [Description("Its AE title.")]
    public required string AeTitle { get; init; }

    [Description("Where it may call from: IP addresses, and networks such as 10.0.0.0/8.")]
    public required IReadOnlyList<string> Addresses { get; init; }
}

/// <summary>Where received objects are kept.</summary>
internal sealed record SpoolSection
{
    [Description("The folder, an absolute Windows path. It must be there.")]
    public required string Folder { get; init; }
}

/// <summary>The index of the spool.</summary>
internal sealed record LedgerSection
{
    [Description("The database: sqlite.")]
    [AllowedValues("sqlite")]
    public required string Provider { get; init; }

    [Description("The database file, an absolute Windows path. Its folder must be there; the file is made.")]
    public required string File { get; init; }
}

/// <summary>Where the service tells how it is.</summary>
internal sealed record HealthSection
{
    [Description("A loopback IP address.")]
    public required string Address { get; init; }

    [Description("The TCP port.")]
    [Range(1, 65535)]
    public required int Port { get; init; }
}

/// <summary>The service's logs.</summary>
internal sealed record LogSection
{
    [Description("The folder, an absolute Windows path. It must be there.")]
    public required string Folder { get; init; }

    [Description("How long log files are kept, in days.")]
    [Range(1, 3650)]
    public required int RetainDays { get; init; }
}
