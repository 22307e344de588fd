using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>Services of a rehearsal: their configuration is modelled; where processes are run, one whose program exists is a process.</summary>
internal sealed class RehearsalServices(FactsStore store, ServiceProcesses? processes) : IServices
{
    public Provenance Provenance { get; } = processes is null
        ? new(Source.Modelled, "facts file")
        : new(Source.Modelled, "configuration: facts file; process: real where its program is part of this build");

    public Wording? WhyRecoveryUnknown => null;

    public string? Own => null;

    public bool IsOwnDeleted => false;

    public Task<IReadOnlyList<ServiceState>> ReadAsync(CancellationToken cancel)
    {
        var services = RehearsalMachine.Recorded(store.Now.Services, "services");
        return Task.FromResult<IReadOnlyList<ServiceState>>(
            processes is null ? services : [.. services.Select(s => processes.CanRun(s) ? s with { Running = processes.IsRunning(s.Name) } : s)]);
    }

    /// <summary>Starts the processes of the services that start with the machine.</summary>
    public async Task SwitchOnAsync(CancellationToken cancel)
    {
        foreach (var service in OfProcesses())
        {
            var runs = StartsByItself(service);
            try
            {
                if (runs)
                    await processes!.StartAsync(service, cancel);
            }
            catch (RefusedException)
            {
                runs = false; // the plan sees it stopped, and its start says why
            }

            Note(service, runs);
        }
    }

    /// <summary>Ends the processes; recorded is what will run when the machine is on again.</summary>
    public async Task ShutDownAsync()
    {
        foreach (var service in OfProcesses())
        {
            await processes!.StopAsync(service.Name);
            Note(service, StartsByItself(service));
        }
    }

    public async Task ConfigureAsync(ServiceState service, CancellationToken cancel)
    {
        var before = Find(service.Name);
        ServiceLogons.RefuseToLosePassword(before?.Account ?? "", service);
        if (processes is not null && before?.CommandLine != service.CommandLine)
            await processes.StopAsync(service.Name);
        Put(service with { Running = before?.Running ?? false, Version = before?.Version });
    }

    public async Task DeleteAsync(string name, CancellationToken cancel)
    {
        if (processes is not null)
            await processes.StopAsync(name);
        store.Update(f => f with { Services = [.. (f.Services ?? []).Where(s => s.Name != name)] });
    }

    public async Task StartAsync(string name, CancellationToken cancel)
    {
        var service = Find(name) ?? throw new InvalidOperationException($"there is no service {name}");
        if (processes is not null && processes.CanRun(service))
            await processes.StartAsync(service, cancel);
        Put(service with { Running = true });
    }

    public async Task StopAsync(string name, CancellationToken cancel)
    {
        if (processes is not null)
            await processes.StopAsync(name);
        if (Find(name) is { } service)
            Put(service with { Running = false });
    }

    private List<ServiceState> OfProcesses() => processes is null ? [] : [.. (store.Now.Services ?? []).Where(processes.CanRun)];

    private static bool StartsByItself(ServiceState service) => service.Start is ServiceStart.Automatic or ServiceStart.DelayedAutomatic;

    private void Note(ServiceState service, bool running)
    {
        if (service.Running != running)
            Put(service with { Running = running });
    }

    private ServiceState? Find(string name) => (store.Now.Services ?? []).FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private void Put(ServiceState service) => store.Update(f => f with { Services = [.. (f.Services ?? []).Where(s => s.Name != service.Name), service] });
}
