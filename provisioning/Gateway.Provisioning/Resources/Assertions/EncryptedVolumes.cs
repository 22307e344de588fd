using Gateway.Provisioning.Diagnosis;
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
    protected override Wording Expectation
    {
        get
        {
            var drives = Wording.And(Drives.Select(d => d.Drive));
            return new($"{drives.German} sind verschlüsselt", $"{drives} are encrypted");
        }
    }

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var volumes = await machine.Facts.VolumesAsync(cancel);
        var drives = Drives.Select(d => (d.Drive, volumes.FirstOrDefault(v => v.Drive == d.Drive)?.Encrypted)).ToList();
        var observed = Wording.Join(", ", drives.Select(d => Show(d.Drive, d.Encrypted)));
        if (drives.Any(d => d.Encrypted == false))
            return Judge(false, observed, machine.Facts.Provenance);
        return drives.Where(d => d.Encrypted is null).Select(d => d.Drive).ToList() is { Count: > 0 } unknown
            ? Unknown(observed, machine.Facts.Provenance, WhyUnknown(Wording.And(unknown)))
            : Judge(true, observed, machine.Facts.Provenance);
    }

    private static Wording WhyUnknown(Wording drives) =>
        new($"der Rechner gibt nicht an, ob {drives.German} verschlüsselt ist", $"the machine does not say whether {drives} is encrypted");

    private static Wording Show(string drive, bool? encrypted) => encrypted switch
    {
        true => new($"{drive} verschlüsselt", $"{drive} encrypted"),
        false => new($"{drive} nicht verschlüsselt", $"{drive} not encrypted"),
        null => new($"{drive} unbekannt", $"{drive} unknown"),
    };
}
