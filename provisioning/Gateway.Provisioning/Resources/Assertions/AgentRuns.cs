using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>MON-1: the monitoring agent's service runs.</summary>
public sealed record AgentRuns : Assertion
{
    /// <inheritdoc/>
    public override ResourceId Id => Named("agent-runs", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new($"der Dienst {CheckmkAgent.ServiceName} läuft", $"the service {CheckmkAgent.ServiceName} runs");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Services.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var service = (await machine.Services.ReadAsync(cancel)).FirstOrDefault(s => s.Name.Equals(CheckmkAgent.ServiceName, StringComparison.OrdinalIgnoreCase));
        return Judge(service is { Running: true }, service is null ? new("es gibt keinen solchen Dienst", "there is no such service") : Show(service), machine.Services.Provenance);
    }

    private static Wording Show(ServiceState service)
    {
        Wording state = service.Running ? new("läuft", "runs") : new("läuft nicht", "stopped");
        return service.Version is { } version ? new($"{state.German}, Version {version}", $"{state}, version {version}") : state;
    }
}
