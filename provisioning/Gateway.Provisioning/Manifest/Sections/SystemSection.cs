using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>Supported Windows releases, drives, update state.</summary>
public sealed record SystemSection
{
    /// <summary>The releases that OS-1 accepts.</summary>
    public IReadOnlyList<WindowsRelease> Supported { get; init; } = WindowsRelease.Defaults;

    /// <summary>The drives that may hold installation and data (OS-4).</summary>
    [Length(1, 8)]
    public IReadOnlyList<WindowsPath> Drives { get; init; } = [WindowsPath.Of(@"D:\"), WindowsPath.Of(@"E:\")];

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

    /// <summary>The releases of the system requirements (02 | 2024).</summary>
    public static IReadOnlyList<WindowsRelease> Defaults { get; } =
    [
        new() { Name = "Windows 10", ProductType = ProductType.Client, BuildFrom = 10240, BuildTo = 19045, EndOfSupport = new DateOnly(2025, 10, 14) },
        new() { Name = "Windows 11", ProductType = ProductType.Client, BuildFrom = 22000, BuildTo = 29999 },
        new() { Name = "Windows Server 2016", ProductType = ProductType.Server, BuildFrom = 14393, BuildTo = 14393, EndOfSupport = new DateOnly(2027, 1, 12) },
        new() { Name = "Windows Server 2019", ProductType = ProductType.Server, BuildFrom = 17763, BuildTo = 17763, EndOfSupport = new DateOnly(2029, 1, 9) },
        new() { Name = "Windows Server 2022", ProductType = ProductType.Server, BuildFrom = 20348, BuildTo = 20348, EndOfSupport = new DateOnly(2031, 10, 14) },
    ];
}
