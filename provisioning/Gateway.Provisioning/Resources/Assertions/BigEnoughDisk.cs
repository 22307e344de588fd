using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>HW-3, HW-4: the size of a volume in 10⁹ bytes with a tolerance for formatting. Free space is looked at until the gateway's service is there:
/// a first installation that failed takes its service back and leaves only the state root, and program files lie there before anything is installed.</summary>
public sealed record BigEnoughDisk : Assertion
{
    /// <summary>The disk.</summary>
    public required DiskMinimum Disk { get; init; }

    /// <summary>The tolerance, percent.</summary>
    public required int TolerancePercent { get; init; }

    /// <summary>The gateway's service, by which an installed appliance is known.</summary>
    public required string Service { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("big-enough-disk", Disk.Drive.Drive);

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"{Disk.Drive.Drive} hat {Disk.Size}, {TolerancePercent} % Toleranz; vor der ersten Installation davon {Disk.FreeBeforeInstallation} frei",
        $"{Disk.Drive.Drive} has {Disk.Size}, {TolerancePercent} % tolerance; before the first installation {Disk.FreeBeforeInstallation} of it free");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var required = Required.Disks.FirstOrDefault(d => d.Drive.Drive == Disk.Drive.Drive);
        if (required is not null && Disk.Size.Bytes < required.Size.Bytes)
            return AsksForLess(Wording.Same(Disk.Size.Text), Wording.Same(required.Size.Text));
        if (required is not null && TolerancePercent > Required.DiskTolerancePercent)
            return AllowsMore(new($"lässt {TolerancePercent} % Toleranz zu, die Systemvoraussetzungen {Required.DiskTolerancePercent} %", $"forgives {TolerancePercent} %, the requirements {Required.DiskTolerancePercent} %"));
        var volume = (await machine.Facts.VolumesAsync(cancel)).FirstOrDefault(v => v.Drive == Disk.Drive.Drive);
        if (volume is null)
            return Judge(false, new($"{Disk.Drive.Drive} gibt es nicht", $"there is no {Disk.Drive.Drive}"), machine.Facts.Provenance);
        var free = volume.FreeBytes >= Disk.FreeBeforeInstallation.Bytes
            || (await machine.Services.ReadAsync(cancel)).Any(s => s.Name.Equals(Service, StringComparison.OrdinalIgnoreCase));
        return Judge(
            volume.SizeBytes >= Disk.Size.Bytes / 100 * (100 - TolerancePercent) && free,
            free
                ? Wording.Same(ByteSize.Show(volume.SizeBytes))
                : new($"{ByteSize.Show(volume.SizeBytes)}, nur {ByteSize.Show(volume.FreeBytes)} frei", $"{ByteSize.Show(volume.SizeBytes)}, only {ByteSize.Show(volume.FreeBytes)} free"),
            machine.Facts.Provenance);
    }
}
