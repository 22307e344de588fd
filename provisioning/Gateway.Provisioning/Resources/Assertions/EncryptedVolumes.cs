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
        var volumes = (await machine.Facts.VolumesAsync(cancel)).Where(v => Drives.Any(d => d.Drive == v.Drive)).ToList();
        if (volumes.Count == 0 || volumes.Any(v => v.Encrypted is null))
            throw new NotAssessableException("the machine does not say whether its volumes are encrypted");
        return Judge(volumes.All(v => v.Encrypted == true), string.Join(", ", volumes.Select(v => $"{v.Drive} {(v.Encrypted == true ? "encrypted" : "not encrypted")}")), machine.Facts.Provenance);
    }
}
