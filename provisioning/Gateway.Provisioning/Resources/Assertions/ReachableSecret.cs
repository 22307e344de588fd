using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>
/// MON-4: the one-time secret of the agent's registration can be reached; never its value. It is no evidence that monitoring is encrypted, and once the agent
/// is registered nobody needs it any more.
/// </summary>
public sealed record ReachableSecret : Assertion
{
    /// <summary>The reference.</summary>
    public required SecretReference Reference { get; init; }

    /// <summary>Server and port that the agent is registered with by it.</summary>
    public required string Server { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("reachable-secret", Reference.Text);

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"{Reference} ist erreichbar, bis der Agent bei {Server} registriert ist",
        $"{Reference} can be reached, until the agent is registered with {Server}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Secrets.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var agent = await machine.MonitoringAgent.ReadAsync(cancel);
        if (agent.Registered && Server.Equals(agent.Server, StringComparison.OrdinalIgnoreCase))
        {
            return new Finding(
                Outcome.NotApplicable,
                new("nicht mehr nötig", "not needed any more"),
                machine.MonitoringAgent.Provenance,
                new($"der Agent ist bei {Server} registriert", $"the agent is registered with {Server}"));
        }

        return machine.Secrets.WhyUnreachable(Reference) is { } why
            ? Judge(false, why, machine.Secrets.Provenance)
            : Unknown(new("erreichbar", "reachable"), machine.Secrets.Provenance, new("das Geheimnis liegt bereit; der Agent ist damit noch nicht registriert", "the secret is at hand; the agent is not registered with it yet"));
    }
}
