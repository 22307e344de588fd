using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>HW-3, HW-4: the size of a volume in 10⁹ bytes with a tolerance for formatting. Free space is looked at before the first installation only.</summary>
public sealed record BigEnoughDisk : Assertion
{
    /// <summary>The disk.</summary>
    public required DiskMinimum Disk { get; init; }

    /// <summary>The tolerance, percent.</summary>
    public required int TolerancePercent { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("big-enough-disk", Disk.Drive.Drive);

    /// <inheritdoc/>
    protected override string Expectation => $"{Disk.Drive.Drive} has {Disk.Size}, {TolerancePercent} % tolerance; before the first installation {Disk.FreeBeforeInstallation} of it free";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var volume = (await machine.Facts.VolumesAsync(cancel)).FirstOrDefault(v => v.Drive == Disk.Drive.Drive);
        if (volume is null)
            return Judge(false, $"there is no {Disk.Drive.Drive}", machine.Facts.Provenance);
        var installed = machine.Files.FolderExists(Manifest.ManifestPaths.StateRoot);
        var free = installed || volume.FreeBytes >= Disk.FreeBeforeInstallation.Bytes;
        return Judge(
            volume.SizeBytes >= Disk.Size.Bytes / 100 * (100 - TolerancePercent) && free,
            $"{ByteSize.Show(volume.SizeBytes)}{(free ? "" : $", only {ByteSize.Show(volume.FreeBytes)} free")}",
            machine.Facts.Provenance);
    }
}
