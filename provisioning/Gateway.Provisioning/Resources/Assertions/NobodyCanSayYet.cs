using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>A control that this version of the product cannot assess, with the reason. It stays visible until it can.</summary>
public sealed record NobodyCanSayYet : Assertion
{
    /// <summary>What must hold.</summary>
    public required string What { get; init; }

    /// <summary>Why nobody can say.</summary>
    public required string Why { get; init; }

    /// <summary>Names the assertion.</summary>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("not-yet", Name);

    /// <inheritdoc/>
    protected override string Expectation => What;

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => Provenance.Manifest;

    /// <inheritdoc/>
    protected override Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel) => throw new NotAssessableException(Why);
}
