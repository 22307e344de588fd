using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>The gateway answers on its health address and is the one that the manifest describes.</summary>
public sealed record GatewayAnswers : Assertion
{
    /// <summary>Its loopback port.</summary>
    public required int Port { get; init; }

    /// <summary>Its AE title.</summary>
    public required AeTitle AeTitle { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("gateway-answers", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new($"das Gateway {AeTitle} meldet „healthy“", $"the gateway {AeTitle} is healthy");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Gateway.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var health = await machine.Gateway.ReadAsync(Port, cancel);
        return Judge(
            health is not null && health.Status == "healthy" && health.AeTitle == AeTitle.Text,
            health is null
                ? new("keine Antwort", "nobody answers")
                : new($"{health.AeTitle} {health.Version} meldet „{health.Status}“", $"{health.AeTitle} {health.Version} is {health.Status}"),
            machine.Gateway.Provenance);
    }
}
