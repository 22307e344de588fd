using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-REST: the volumes that hold patient data are encrypted at rest.</summary>
public sealed record EncryptedVolumes : Assertion
{
    /// <summary>The drives.</summary>
    public required IReadOnlyList<WindowsPath> Drives { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("encrypted-volumes", "machine");

    /// <inheritdoc/>
    protected override string Expectation => $"{string.Join(" and ", Drives.Select(d => d.Drive))} are encrypted";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var volumes = await machine.Facts.VolumesAsync(cancel);
        var drives = Drives.Select(d => (d.Drive, volumes.FirstOrDefault(v => v.Drive == d.Drive)?.Encrypted)).ToList();
        var observed = string.Join(", ", drives.Select(d => $"{d.Drive} {d.Encrypted switch { true => "encrypted", false => "not encrypted", null => "unknown" }}"));
        if (drives.Any(d => d.Encrypted == false))
            return Judge(false, observed, machine.Facts.Provenance);
        return drives.Where(d => d.Encrypted is null).Select(d => d.Drive).ToList() is { Count: > 0 } unknown
            ? Unknown(observed, machine.Facts.Provenance, $"the machine does not say whether {string.Join(" and ", unknown)} is encrypted")
            : Judge(true, observed, machine.Facts.Provenance);
    }
}
