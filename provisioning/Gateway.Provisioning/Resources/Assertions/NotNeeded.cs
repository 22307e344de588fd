using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>A control that has no object on a machine of this manifest, with the reason: AV-5 where folders are excluded, AV-2 where extensions are.</summary>
public sealed record NotNeeded : Assertion
{
    /// <summary>Names the assertion.</summary>
    public required string Name { get; init; }

    /// <summary>What would hold otherwise.</summary>
    public required string What { get; init; }

    /// <summary>Why it is not needed.</summary>
    public required string Why { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("not-needed", Name);

    /// <inheritdoc/>
    protected override string Expectation => What;

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => Provenance.Manifest;

    /// <inheritdoc/>
    protected override Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel) =>
        Task.FromResult(new Finding(Outcome.NotApplicable, "not applicable", Provenance.Manifest, Why));
}
