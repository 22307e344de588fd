using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>HW-6: the given drives are fixed disks of the site's making; the product has no code that partitions, formats or resizes.</summary>
public sealed record FixedDisks : Assertion
{
    /// <summary>The drives.</summary>
    public required IReadOnlyList<WindowsPath> Drives { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("fixed-disks", "machine");

    /// <inheritdoc/>
    protected override string Expectation => $"{string.Join(" and ", Drives.Select(d => d.Drive))} are fixed disks";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var volumes = await machine.Facts.VolumesAsync(cancel);
        var kinds = Drives.Select(d => (d.Drive, Kind: volumes.FirstOrDefault(v => v.Drive == d.Drive)?.Kind)).ToList();
        return Judge(
            kinds.All(k => k.Kind == VolumeKind.Fixed),
            string.Join(", ", kinds.Select(k => $"{k.Drive} {k.Kind?.ToString().ToLowerInvariant() ?? "missing"}")),
            machine.Facts.Provenance,
            "no code of the product partitions, formats or resizes");
    }
}
