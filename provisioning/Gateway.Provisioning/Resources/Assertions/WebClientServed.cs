using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>CLI-1: the gateway serves the web client; nothing is installed at a client.</summary>
public sealed record WebClientServed : Assertion
{
    /// <summary>The gateway's loopback port.</summary>
    public required int Port { get; init; }

    /// <summary>What is said as long as the bundled gateway has no web client.</summary>
    internal const string NotYet = "this version of the gateway has no web client yet";

    /// <inheritdoc/>
    public override ResourceId Id => Named("web-client-served", "machine");

    /// <inheritdoc/>
    protected override string Expectation => "the gateway serves the web client";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Gateway.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var health = await machine.Gateway.ReadAsync(Port, cancel) ?? throw new NotAssessableException("the gateway does not answer");
        if (!health.WebClientServed && health.TestedBrowsers.Count == 0)
            throw new NotAssessableException(NotYet);
        return Judge(health.WebClientServed, health.WebClientServed ? "served" : "not served", machine.Gateway.Provenance);
    }
}
