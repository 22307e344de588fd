using Gateway.Provisioning.Diagnosis;
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
    protected override Wording Expectation
    {
        get
        {
            var drives = Wording.And(Drives.Select(d => d.Drive));
            return new($"{drives.German} sind feste Laufwerke", $"{drives} are fixed disks");
        }
    }

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var volumes = await machine.Facts.VolumesAsync(cancel);
        var kinds = Drives.Select(d => (d.Drive, Kind: volumes.FirstOrDefault(v => v.Drive == d.Drive)?.Kind)).ToList();
        return Judge(
            kinds.All(k => k.Kind == VolumeKind.Fixed),
            Wording.Join(", ", kinds.Select(k => Show(k.Drive, k.Kind))),
            machine.Facts.Provenance,
            new("kein Programmteil des Produkts partitioniert, formatiert oder ändert Partitionsgrößen", "no code of the product partitions, formats or resizes"));
    }

    private static Wording Show(string drive, VolumeKind? kind) => kind switch
    {
        VolumeKind.Fixed => new($"{drive} festes Laufwerk", $"{drive} fixed"),
        VolumeKind.Removable => new($"{drive} Wechseldatenträger", $"{drive} removable"),
        VolumeKind.CdRom => new($"{drive} CD-ROM-Laufwerk", $"{drive} cdrom"),
        VolumeKind.Network => new($"{drive} Netzlaufwerk", $"{drive} network"),
        VolumeKind.Other => new($"{drive} anderer Art", $"{drive} other"),
        _ => new($"{drive} fehlt", $"{drive} missing"),
    };
}
