using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>The monitoring agent's registration: from then on it speaks TLS with certificates only. Before, it answers unencrypted (MON-4).</summary>
public sealed record AgentRegistration : ManagedResource<MonitoringState>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "agent-registration";

    /// <summary>Server and port.</summary>
    public required string Server { get; init; }

    /// <summary>The account of the registration.</summary>
    public required string User { get; init; }

    /// <summary>The server's site, or null when the manifest does not name it.</summary>
    public string? Site { get; init; }

    /// <summary>The name of this machine there; null for the machine's own.</summary>
    public string? HostName { get; init; }

    /// <summary>SHA-256 of the server's certificate, or null when the manifest does not pin it.</summary>
    public Sha256Digest? Certificate { get; init; }

    /// <summary>Where its password comes from.</summary>
    public required SecretReference Secret { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, "check-mk");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"der Agent ist bei {Server} registriert und weist unverschlüsselte Verbindungen ab",
        $"the agent is registered with {Server} and refuses unencrypted connections");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.MonitoringAgent.Provenance;

    /// <inheritdoc/>
    protected override async Task<MonitoringState?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        await machine.MonitoringAgent.ReadAsync(cancel) is { Registered: true } state ? state : null;

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, MonitoringState? now) =>
        [.. Unequal("server", now?.Server, Server), .. Unequal("encrypted", now?.Encrypted.ToString(), "True")];

    /// <inheritdoc/>
    protected override MonitoringState Lasting(MonitoringState state) => state with { Sections = [], LocalChecks = [] };

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, MonitoringState? now, bool restart, CancellationToken cancel) =>
        machine.MonitoringAgent.RegisterAsync(new AgentConnection(Server, Site, HostName ?? machine.Name, User, Certificate), Secret, cancel);

    /// <inheritdoc/>
    protected override async Task<string?> RestoreAsync(IMachine machine, MonitoringState? before, CancellationToken cancel)
    {
        if (before is null)
        {
            await machine.MonitoringAgent.UnregisterAsync(cancel);
            return null;
        }

        // A registration is made with an account and a secret of its server, and nobody has kept those of the earlier one.
        var now = await ReadAsync(machine, cancel);
        return now is not null && Lasting(now).Equals(Lasting(before)) ? null : $"the agent was registered with {before.Server} before; register it there again by hand";
    }
}
