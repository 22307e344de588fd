using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// AV-2 to AV-5: the manifest leaves out exclusions that the system requirements ask for. Declared only where it does: what the manifest names is measured,
/// exclusion by exclusion, and a list that somebody shortened would hold all the more easily.
/// </summary>
public sealed record LeftOutExclusions : Assertion
{
    /// <summary>The control that asks for them.</summary>
    public required ControlId Control { get; init; }

    /// <summary>What is left out.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("left-out-exclusions", Control.Text);

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"der Virenscanner nimmt {string.Join(", ", LeftOut)} aus",
        $"the virus scanner leaves {string.Join(", ", LeftOut)} alone");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => Provenance.Manifest;

    /// <inheritdoc/>
    protected override Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel) =>
        Task.FromResult(Judge(
            false,
            new("das Manifest nennt dies nicht, die Systemvoraussetzungen verlangen es", "the manifest does not name it, the requirements do"),
            Provenance.Manifest));
}
