using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>A Windows service of ours, configured and running. The one that is making the change is configured while it runs: it goes on with its old program, and the next start takes the new one.</summary>
public sealed record WindowsService : ManagedResource<ServiceState>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "service";

    /// <summary>The service as it must be.</summary>
    public required ServiceState Service { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Service.Name);

    /// <inheritdoc/>
    public override bool RunsOnOthers => true;

    /// <inheritdoc/>
    public override bool IsSomebodyElses(JsonElement state) => true;

    /// <inheritdoc/>
    public override async Task LetGoAsync(IMachine machine, CancellationToken cancel)
    {
        if (!IsOwn(machine) && await ReadAsync(machine, cancel) is { Running: true })
            await machine.Services.StopAsync(Service.Name, cancel);
    }

    /// <summary>Whether a rollback of a step would have to end the program that does it.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="before">The state that it would put back; null when the service was absent.</param>
    public bool WouldEnd(IMachine machine, JsonElement? before) => IsOwn(machine) && Read(before) is not { Running: true };

    /// <inheritdoc/>
    protected override Wording Expectation => new($"der Dienst {Service.Name} läuft als {Service.Account}", $"the service {Service.Name} runs as {Service.Account}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Services.Provenance;

    /// <inheritdoc/>
    protected override async Task<ServiceState?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        (await machine.Services.ReadAsync(cancel)).FirstOrDefault(s => s.Name.Equals(Service.Name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? found with { Version = null }
            : null;

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, ServiceState? now) =>
    [
        .. Unequal("commandLine", now?.CommandLine, Service.CommandLine),
        .. Unequal("displayName", now?.DisplayName, Service.DisplayName),
        .. Unequal("account", now?.Account, Service.Account, StringComparison.OrdinalIgnoreCase),
        .. now is not null && machine.Services.WhyRecoveryUnknown is not null ? [] : Recovery(now),
        .. Unequal("dependsOn", now is null ? null : string.Join(", ", now.DependsOn), string.Join(", ", Service.DependsOn)),
        .. Unequal("running", now?.Running.ToString(), Service.Running.ToString()),
    ];

    private IEnumerable<PropertyChange> Recovery(ServiceState? now) =>
        [.. Unequal("start", now?.Start.ToString(), Service.Start.ToString()), .. Unequal("restartOnFailure", now?.RestartOnFailure.ToString(), Service.RestartOnFailure.ToString())];

    /// <inheritdoc/>
    protected override Task<Remark?> NoteAsync(IMachine machine, ServiceState? now, CancellationToken cancel) =>
        Task.FromResult(machine.Services.WhyRecoveryUnknown is { } why ? new Remark(new($"verzögerter Start und Wiederherstellung nach Fehlern nicht beurteilt: {why.German}", $"delayed start and failure actions not assessed: {why}")) : null);

    /// <inheritdoc/>
    protected override async Task MakeAsync(IMachine machine, ServiceState? now, bool restart, CancellationToken cancel)
    {
        var reconfigure = Compare(machine, now).Any(change => change.Name != "running");
        if (now is { Running: true } && (restart || reconfigure) && !IsOwn(machine))
            await machine.Services.StopAsync(Service.Name, cancel);
        if (reconfigure)
            await machine.Services.ConfigureAsync(Service, cancel);
        if (Service.Running && (restart || reconfigure || now is not { Running: true }))
            await machine.Services.StartAsync(Service.Name, cancel);
    }

    /// <inheritdoc/>
    protected override async Task<string?> RestoreAsync(IMachine machine, ServiceState? before, CancellationToken cancel)
    {
        if (before is null)
        {
            await machine.Services.DeleteAsync(Service.Name, cancel);
            return IsOwn(machine) ? $"{Service.Name} takes itself back: it is gone once it has ended" : null;
        }

        var now = await ReadAsync(machine, cancel);
        if (IsOwn(machine))
        {
            await machine.Services.ConfigureAsync(before, cancel);
            return before.Running ? null : $"{Service.Name} did not run before and takes itself back: it runs until somebody stops it";
        }

        if (now is { Running: true })
            await machine.Services.StopAsync(Service.Name, cancel);
        await machine.Services.ConfigureAsync(before, cancel);
        if (before.Running)
            await machine.Services.StartAsync(before.Name, cancel);
        return null;
    }

    private bool IsOwn(IMachine machine) => Service.Name.Equals(machine.Services.Own, StringComparison.OrdinalIgnoreCase);
}
