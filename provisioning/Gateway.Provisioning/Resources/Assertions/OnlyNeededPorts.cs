using System.Net;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>SEC-1: the firewall is on and blocks what no rule names, and nothing listens to the network beyond the manifest and Windows' own ports.</summary>
public sealed record OnlyNeededPorts : Assertion
{
    /// <summary>The firewall section.</summary>
    public required Firewall Firewall { get; init; }

    /// <summary>TCP ports of the appliance; it listens on none of UDP.</summary>
    public required IReadOnlyList<int> OwnPorts { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("only-needed-ports", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        "Firewall in jedem Profil eingeschaltet, eingehend standardmäßig gesperrt, keine lauschenden TCP- oder UDP-Ports außer denen des Manifests und denen von Windows selbst",
        "firewall on in every profile, inbound blocked by default, no listener of TCP or UDP beyond the manifest and Windows' own ports");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Firewall.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (MoreThanWindows() is { } more)
            return AllowsMore(new(
                $"zählt {more} zu den Ports von Windows selbst, doch kein unterstütztes Windows lauscht dort: den Port mit seinem Zweck unter firewall.inbound eintragen",
                $"takes {more} for Windows' own, and no supported Windows listens there: name the port in firewall.inbound, with its purpose"));
        var firewall = await machine.Firewall.ReadAsync(Firewall.Group, cancel);
        var listeners = await machine.Network.ListenersAsync(cancel);
        var open = firewall.Profiles.Where(p => !p.Enabled || !p.BlocksInbound).Select(p => p.Name).ToList();
        var strange = listeners.Where(l => !IsLoopback(l.Address) && !IsNeeded(l)).Select(l => $"{Show(l.Protocol)} {l.Port} ({l.Process})").ToList();
        var how = machine.Firewall.Provenance;
        if (open.Count > 0 || strange.Count > 0)
        {
            return Judge(
                false,
                Wording.Join("; ",
                [
                    .. Listed(open, new("Firewall offen im Profil ", "firewall open in profile ")),
                    .. Listed(strange, new("weitere lauschende Ports: ", "further listeners: ")),
                ]),
                how);
        }

        if (firewall.Profiles.Count == 0 || listeners.Count == 0)
        {
            return Unknown(
                new($"{firewall.Profiles.Count} Firewall-Profile, {listeners.Count} lauschende Ports", $"{firewall.Profiles.Count} firewall profiles, {listeners.Count} listeners"),
                how,
                firewall.Profiles.Count == 0
                    ? new("die Firewall zeigt kein Profil", "the firewall shows no profile")
                    : new("der Rechner zeigt keinen lauschenden Port, obwohl jedes Windows welche hat", "the machine shows no listener, and every Windows has some"));
        }

        var profiles = string.Join(", ", firewall.Profiles.Select(p => p.Name));
        var blocked = firewall.Profiles.All(p => p.BlocksOutbound);
        return Judge(
            true,
            new(
                $"Firewall eingeschaltet in {profiles}, eingehend standardmäßig gesperrt, ausgehend standardmäßig {(blocked ? "gesperrt" : "erlaubt")}; {listeners.Count} lauschende Ports, kein weiterer",
                $"firewall on in {profiles}, inbound blocked, outbound {(blocked ? "blocked" : "allowed")} by default; {listeners.Count} listeners, none further"),
            how);
    }

    private static IEnumerable<Wording> Listed(IReadOnlyList<string> what, Wording title) =>
        what.Count == 0 ? [] : [new(title.German + string.Join(", ", what), title.English + string.Join(", ", what))];

    private bool IsNeeded(ListenerState listener) =>
        (listener.Protocol == TransportProtocol.Tcp && OwnPorts.Contains(listener.Port))
        || (listener.Protocol == TransportProtocol.Tcp ? Firewall.WindowsPorts : Firewall.WindowsUdpPorts)
            .Concat(Firewall.Inbound.Where(r => r.Protocol == listener.Protocol).SelectMany(r => r.Ports)).Any(p => p.Contains(listener.Port));

    private string? MoreThanWindows() =>
        Beyond(TransportProtocol.Tcp, Firewall.WindowsPorts, Required.WindowsTcpPorts) ?? Beyond(TransportProtocol.Udp, Firewall.WindowsUdpPorts, Required.WindowsUdpPorts);

    private static string? Beyond(TransportProtocol protocol, IReadOnlyList<PortRange> declared, IReadOnlyList<PortRange> windows) =>
        declared.Where(d => !windows.Any(w => w.Contains(d))).Select(d => d.Text).ToList() is { Count: > 0 } more ? $"{Show(protocol)} {string.Join(", ", more)}" : null;

    private static string Show(TransportProtocol protocol) => protocol.ToString().ToUpperInvariant();

    private static bool IsLoopback(string address) => IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip);
}
