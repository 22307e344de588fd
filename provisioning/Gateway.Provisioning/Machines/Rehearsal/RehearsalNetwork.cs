using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>The network of a rehearsal: names resolve through the manifest's host map alone. A port that the map leads to a peer is probed for real; any other answers as the facts file says.</summary>
internal sealed class RehearsalNetwork(FactsStore store, IReadOnlyDictionary<HostName, RehearsedHost> hosts, Sha256Digest? authority) : INetwork
{
    // The machine's certificate is modelled: its private key is not here, and there is none to offer.
    private readonly ProbeCredentials credentials = new(authority, ClientCertificate: null, Known: []);

    public Provenance Provenance { get; } = new(Source.Modelled, "facts file; ports that rehearsal.hosts maps: real, on loopback");

    public Task<IReadOnlyList<ListenerState>> ListenersAsync(CancellationToken cancel) => Task.FromResult(RehearsalMachine.Recorded(store.Now.Listeners, "listeners"));

    public Task<IReadOnlyList<string>> AddressesAsync(HostName host, CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>([Mapped(host).Address.Text]);

    public Task<ProbeResult> ProbeAsync(HostName host, int port, ProbeKind kind, CancellationToken cancel)
    {
        var to = Mapped(host);
        if (to.Ports.TryGetValue($"{port}", out var mapped))
            return LiveProbe.RunAsync(host, port, kind, to.Address.Text, mapped, credentials, cancel);
        return Task.FromResult(RehearsalMachine.Recorded(store.Now.Probes, "probes").FirstOrDefault(p => p.Host == host.Text && p.Port == port)
            ?? throw new NotAssessableException(new($"die Faktendatei enthält keine Verbindungsprüfung von {host}:{port}", $"the facts file holds no probe of {host}:{port}")));
    }

    private RehearsedHost Mapped(HostName host) =>
        hosts.TryGetValue(host, out var to) ? to : throw new InvalidOperationException($"rehearsal.hosts does not map {host}, and a rehearsal never asks the real world");
}
