using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>The appliance's MariaDB.</summary>
public sealed record Database
{
    /// <summary>The server's payload, by id.</summary>
    public ItemId Payload { get; init; } = ItemId.Of("mariadb");

    /// <summary>Where its programs lie.</summary>
    public WindowsPath ProgramFolder { get; init; } = WindowsPath.Of(@"D:\VISUS\MariaDB");

    /// <summary>Where its tables lie.</summary>
    public WindowsPath DataFolder { get; init; } = WindowsPath.Of(@"D:\mariaDB\data");

    /// <summary>The port, on loopback only.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 3306;

    /// <summary>Its share of the machine's memory, in percent.</summary>
    [Range(5, 60)]
    public int MemoryPercent { get; init; } = 20;

    /// <summary>The Windows service's name.</summary>
    public string ServiceName { get; init; } = "DicomMailMariaDB";
}
