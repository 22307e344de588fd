using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>The running gateway of this computer.</summary>
internal sealed class WindowsGateway : IGatewayHealth
{

    public Provenance Provenance { get; } = new(Source.Measured, "GET /health of the running service");

    public Task<GatewayHealthState?> ReadAsync(int port, CancellationToken cancel) => GatewayHealthRequest.SendAsync(port, cancel);
}
