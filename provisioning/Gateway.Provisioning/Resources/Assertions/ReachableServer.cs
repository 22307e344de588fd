using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>NET-1, NET-2, MON-2: a live probe of a server, as the service's account would connect.</summary>
public sealed record ReachableServer : Assertion
{
    /// <summary>The server.</summary>
    public required HostName Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>What is done after connecting.</summary>
    public required ProbeKind Probe { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("reachable-server", $"{Host}:{Port}");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"{Host} antwortet auf TCP {Port}{(Probe == ProbeKind.Tcp ? "" : " mit TLS")}",
        $"{Host} answers on TCP {Port}{(Probe == ProbeKind.Tcp ? "" : " with TLS")}");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Network.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var result = await machine.Network.ProbeAsync(Host, Port, Probe, cancel);
        return Judge(
            result.Connected && (Probe == ProbeKind.Tcp || result.Tls is not null),
            Show(result),
            machine.Network.Provenance);
    }

    private Wording Show(ProbeResult result)
    {
        if (result.Tls is not null)
        {
            Wording connected = new($"verbunden, {result.Tls}", $"connected, {result.Tls}");
            return result.Failure is null ? connected : Wording.Join("; ", [connected, result.Failure]);
        }

        return result.Failure is { } failure ? failure
            : Probe == ProbeKind.Tcp ? new("verbunden", "connected")
            : new("verbunden, aber kein TLS: STARTTLS fehlt oder wurde entfernt", "connected, but no TLS: STARTTLS is missing or stripped");
    }
}
