using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>The gateway of a rehearsal: asked for real where it runs as a process, otherwise what the facts file says.</summary>
internal sealed class RehearsalGateway(FactsStore store, ServiceProcesses? processes) : IGatewayHealth
{
    public Provenance Provenance { get; } = processes is null ? new(Source.Modelled, "facts file") : new(Source.Measured, "GET /health of the running service");

    public async Task<GatewayHealthState?> ReadAsync(int port, CancellationToken cancel)
    {
        if (processes is null)
            return store.Now.Gateway ?? throw new NotAssessableException(new("auf diesem Rechner läuft kein Gateway, und die Faktendatei enthält keines", "no gateway runs on this machine, and the facts file holds none"));
        return await GatewayHealthRequest.SendAsync(port, cancel) is { } health && processes.Owns(health.ProcessId) ? health : null;
    }
}
