using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>CLI-1: the gateway serves the web client; nothing is installed at a client.</summary>
public sealed record WebClientServed : Assertion
{
    /// <summary>The gateway's loopback port.</summary>
    public required int Port { get; init; }

    /// <summary>What is said as long as the bundled gateway has no web client.</summary>
    internal static Wording NotYet { get; } = new("diese Version des Gateways hat noch keinen Webclient", "this version of the gateway has no web client yet");

    /// <summary>What is said when nobody answers.</summary>
    internal static Wording Silent { get; } = new("das Gateway antwortet nicht", "the gateway does not answer");

    /// <inheritdoc/>
    public override ResourceId Id => Named("web-client-served", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("das Gateway liefert den Webclient aus", "the gateway serves the web client");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Gateway.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var health = await machine.Gateway.ReadAsync(Port, cancel) ?? throw new NotAssessableException(Silent);
        if (!health.WebClientServed && health.TestedBrowsers.Count == 0)
            throw new NotAssessableException(NotYet);
        return Judge(health.WebClientServed, health.WebClientServed ? new("wird ausgeliefert", "served") : new("wird nicht ausgeliefert", "not served"), machine.Gateway.Provenance);
    }
}
