using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>Supported Windows releases, drives, update state.</summary>
public sealed record SystemSection
{
    /// <summary>The releases that OS-1 accepts.</summary>
    public IReadOnlyList<WindowsRelease> Supported { get; init; } = Required.Releases;

    /// <summary>The drives that may hold installation and data (OS-4).</summary>
    [Length(1, 8)]
    public IReadOnlyList<WindowsPath> Drives { get; init; } = Required.Drives;

    /// <summary>The newest installed update may be this many days old (OS-2). A monthly patch day and two weeks.</summary>
    [Range(1, 365)]
    public int UpdatesMaximumAgeDays { get; init; } = 45;
}

/// <summary>Client or server edition of Windows: build numbers alone collide.</summary>
public enum ProductType
{
    /// <summary>A workstation edition (Win32_OperatingSystem.ProductType 1).</summary>
    Client,

    /// <summary>A server edition (ProductType 2 or 3).</summary>
    Server,
}

/// <summary>A Windows release, recognized by build number and product type, never by its localized caption.</summary>
public sealed record WindowsRelease
{
    /// <summary>Its name in reports.</summary>
    public required string Name { get; init; }

    /// <summary>Client or server.</summary>
    public required ProductType ProductType { get; init; }

    /// <summary>First build.</summary>
    [Range(10240, 99999)]
    public required int BuildFrom { get; init; }

    /// <summary>Last build.</summary>
    [Range(10240, 99999)]
    public required int BuildTo { get; init; }

    /// <summary>The last day on which its maker mends it, where known.</summary>
    public DateOnly? EndOfSupport { get; init; }
}
