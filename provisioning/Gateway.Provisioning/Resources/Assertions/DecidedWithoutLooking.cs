using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// A control that no look at the machine decides, with the reason: this version of the product cannot assess it yet, or it has no object on a machine of this
/// manifest (AV-5 where folders are excluded). It stays visible.
/// </summary>
public sealed record DecidedWithoutLooking : Assertion
{
    /// <summary>Names the assertion.</summary>
    public required string Name { get; init; }

    /// <summary>What must hold.</summary>
    public required Wording What { get; init; }

    /// <summary>Whether it has an object on this machine: then nobody can say yet, otherwise it is not needed.</summary>
    public required bool IsNeeded { get; init; }

    /// <summary>Why.</summary>
    public required Wording Why { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named(IsNeeded ? "not-yet" : "not-needed", Name);

    /// <inheritdoc/>
    protected override Wording Expectation => What;

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => Provenance.Manifest;

    /// <inheritdoc/>
    protected override Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel) => Task.FromResult(
        IsNeeded ? Unknown(NotAssessed, Provenance.Manifest, Why) : new Finding(Outcome.NotApplicable, new("nicht anwendbar", "not applicable"), Provenance.Manifest, Why));
}
