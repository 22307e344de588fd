using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>MON-4: the agent is registered with the server of the manifest and refuses the unencrypted legacy mode.</summary>
public sealed record AgentSpeaksTls : Assertion
{
    /// <summary>Server and port that it must be registered with; null where the operator's own tool decides.</summary>
    public required string? Server { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("agent-speaks-tls", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"der Agent ist{(Server is null ? "" : $" bei {Server}")} registriert und weist unverschlüsselte Verbindungen ab",
        $"the agent is registered{(Server is null ? "" : $" with {Server}")} and refuses unencrypted connections");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.MonitoringAgent.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var agent = await machine.MonitoringAgent.ReadAsync(cancel);
        return Judge(
            agent.Registered && agent.Encrypted && (Server is null || Server.Equals(agent.Server, StringComparison.OrdinalIgnoreCase)),
            new(
                $"{(agent.Registered ? $"bei {agent.Server} registriert" : "nicht registriert")}, {(agent.Encrypted ? "nur verschlüsselt" : "antwortet unverschlüsselt")}",
                $"{(agent.Registered ? $"registered with {agent.Server}" : "not registered")}, {(agent.Encrypted ? "encrypted only" : "answers unencrypted")}"),
            machine.MonitoringAgent.Provenance);
    }
}
