using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>Minima of the machine with their tolerances.</summary>
public sealed record Hardware
{
    /// <summary>Processor cores; a virtual machine's vCPUs count (HW-1).</summary>
    [Range(1, 1024)]
    public int CpuCores { get; init; } = 8;

    /// <summary>Memory (HW-2).</summary>
    public ByteSize Memory { get; init; } = ByteSize.Of("24 GiB");

    /// <summary>What the firmware may keep of the memory, in percent.</summary>
    [Range(0, 25)]
    public int MemoryTolerancePercent { get; init; } = 6;

    /// <summary>Disks with their least size (HW-3, HW-4).</summary>
    public IReadOnlyList<DiskMinimum> Disks { get; init; } = DiskMinimum.Defaults;

    /// <summary>What formatting may take of a disk, in percent.</summary>
    [Range(0, 10)]
    public int DiskTolerancePercent { get; init; } = 1;
}

/// <summary>The least size of one disk.</summary>
public sealed record DiskMinimum
{
    /// <summary>The drive's root, <c>D:\</c>.</summary>
    public required WindowsPath Drive { get; init; }

    /// <summary>The least size of its volume.</summary>
    public required ByteSize Size { get; init; }

    /// <summary>What must be free before the first installation; not looked at afterwards.</summary>
    public required ByteSize FreeBeforeInstallation { get; init; }

    /// <summary>D: 50 GB and E: 200 GB, as the system requirements say.</summary>
    public static IReadOnlyList<DiskMinimum> Defaults { get; } =
    [
        new() { Drive = WindowsPath.Of(@"D:\"), Size = ByteSize.Of("50 GB"), FreeBeforeInstallation = ByteSize.Of("20 GB") },
        new() { Drive = WindowsPath.Of(@"E:\"), Size = ByteSize.Of("200 GB"), FreeBeforeInstallation = ByteSize.Of("100 GB") },
    ];
}
