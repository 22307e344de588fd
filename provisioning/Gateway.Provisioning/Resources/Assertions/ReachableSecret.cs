using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>A secret that the manifest refers to can be reached. Never its value.</summary>
public sealed record ReachableSecret : Assertion
{
    /// <summary>The reference.</summary>
    public required SecretReference Reference { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("reachable-secret", Reference.Text);

    /// <inheritdoc/>
    protected override string Expectation => $"{Reference} can be reached";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Secrets.Provenance;

    /// <inheritdoc/>
    protected override Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var why = machine.Secrets.WhyUnreachable(Reference);
        return Task.FromResult(Judge(why is null, why ?? "reachable", machine.Secrets.Provenance));
    }
}
