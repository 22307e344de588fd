using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;

namespace Gateway.Provisioning.Tests.Wrapping;

/// <summary>Services as the service GatewayProvisioning sees them: it is one of them. Stopping it would end the run; deleted, it is still there until it ends.</summary>
internal sealed class OwnServices(IMachine inner) : IServices
{
    public Provenance Provenance => inner.Services.Provenance;

    public Wording? WhyRecoveryUnknown => null;

    public string? Own => ProvisioningService.Name;

    public bool IsOwnDeleted { get; private set; }

    public Task<IReadOnlyList<ServiceState>> ReadAsync(CancellationToken cancel) => inner.Services.ReadAsync(cancel);

    public Task ConfigureAsync(ServiceState service, CancellationToken cancel) => inner.Services.ConfigureAsync(service, cancel);

    public Task DeleteAsync(string name, CancellationToken cancel)
    {
        if (name != Own)
            return inner.Services.DeleteAsync(name, cancel);
        IsOwnDeleted = true;
        return Task.CompletedTask;
    }

    public Task StartAsync(string name, CancellationToken cancel) => inner.Services.StartAsync(name, cancel);

    public Task StopAsync(string name, CancellationToken cancel) =>
        name == Own ? throw new InvalidOperationException($"{name} was stopped by its own run") : inner.Services.StopAsync(name, cancel);
}
