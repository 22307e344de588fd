using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>Minima of the machine with their tolerances.</summary>
public sealed record Hardware
{
    /// <summary>Processor cores; a virtual machine's vCPUs count (HW-1).</summary>
    [Range(1, 1024)]
    public int CpuCores { get; init; } = Required.CpuCores;

    /// <summary>Memory (HW-2).</summary>
    public ByteSize Memory { get; init; } = Required.Memory;

    /// <summary>What the firmware may keep of the memory, in percent.</summary>
    [Range(0, 25)]
    public int MemoryTolerancePercent { get; init; } = Required.MemoryTolerancePercent;

    /// <summary>Disks with their least size (HW-3, HW-4).</summary>
    public IReadOnlyList<DiskMinimum> Disks { get; init; } = Required.Disks;

    /// <summary>What formatting may take of a disk, in percent.</summary>
    [Range(0, 10)]
    public int DiskTolerancePercent { get; init; } = Required.DiskTolerancePercent;
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
}
