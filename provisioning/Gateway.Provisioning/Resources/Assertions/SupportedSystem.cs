using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>OS-1: a supported 64-bit Windows, by build and product type. One past its end of support still meets OS-1; OS-2 says that it is.</summary>
public sealed record SupportedSystem : Assertion
{
    /// <summary>The releases that count.</summary>
    public required IReadOnlyList<WindowsRelease> Supported { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("supported-system", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        "64-Bit " + string.Join(", ", Supported.Select(r => r.Name)),
        "64-bit " + string.Join(", ", Supported.Select(r => r.Name)));

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (Supported.FirstOrDefault(r => !Required.Releases.Any(r.IsWithin)) is { } more)
            return AllowsMore(TakesMore(more));
        var system = await machine.Facts.OperatingSystemAsync(cancel);
        var release = Supported.FirstOrDefault(r => r.Covers(system));
        return Judge(
            system.Is64Bit && release is not null,
            new(
                $"{release?.Name ?? "keine unterstützte Version"}, {system.ProductType}, Build {system.Build}.{system.Revision}, {(system.Is64Bit ? "64" : "32")}-Bit",
                $"{release?.Name ?? "no supported release"}, {Show(system.ProductType)}, build {system.Build}.{system.Revision}, {(system.Is64Bit ? "64" : "32")}-bit"),
            machine.Facts.Provenance);
    }

    private static Wording TakesMore(WindowsRelease more) => new(
        $"sieht {more.Name} ({more.ProductType}, Build {more.BuildFrom} bis {more.BuildTo}) als unterstützt an, die Systemvoraussetzungen nicht",
        $"takes {more.Name} ({Show(more.ProductType)}, builds {more.BuildFrom} to {more.BuildTo}) for supported, the requirements do not");

    private static string Show(ProductType type) => type.ToString().ToLowerInvariant();
}

internal static class WindowsReleases
{
    /// <summary>Whether a system is of this release: build and product type together, because builds alone collide.</summary>
    public static bool Covers(this WindowsRelease release, OperatingSystemFacts system) =>
        release.ProductType == system.ProductType && system.Build >= release.BuildFrom && system.Build <= release.BuildTo;

    /// <summary>Whether every system of a release is one of the other release too.</summary>
    public static bool IsWithin(this WindowsRelease release, WindowsRelease other) =>
        release.ProductType == other.ProductType && release.BuildFrom >= other.BuildFrom && release.BuildTo <= other.BuildTo;
}
