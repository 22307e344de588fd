using System.Net;
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
    protected override string Expectation => "firewall on in every profile, inbound blocked by default, no listener of TCP or UDP beyond the manifest and Windows' own ports";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Firewall.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        if (MoreThanWindows() is { } more)
            return AllowsMore($"takes {more} for Windows' own, and no supported Windows listens there: name the port in firewall.inbound, with its purpose");
        var firewall = await machine.Firewall.ReadAsync(Firewall.Group, cancel);
        var listeners = await machine.Network.ListenersAsync(cancel);
        var open = firewall.Profiles.Where(p => !p.Enabled || !p.BlocksInbound).Select(p => p.Name).ToList();
        var strange = listeners.Where(l => !IsLoopback(l.Address) && !IsNeeded(l)).Select(l => $"{Show(l.Protocol)} {l.Port} ({l.Process})").ToList();
        var how = machine.Firewall.Provenance;
        if (open.Count > 0 || strange.Count > 0)
        {
            string[] wrong = [.. open.Count > 0 ? ["firewall open in profile " + string.Join(", ", open)] : Array.Empty<string>(), .. strange.Count > 0 ? ["further listeners: " + string.Join(", ", strange)] : Array.Empty<string>()];
            return Judge(false, string.Join("; ", wrong), how);
        }

        if (firewall.Profiles.Count == 0 || listeners.Count == 0)
            return Unknown($"{firewall.Profiles.Count} firewall profiles, {listeners.Count} listeners", how, firewall.Profiles.Count == 0 ? "the firewall shows no profile" : "the machine shows no listener, and every Windows has some");
        return Judge(
            true,
            $"firewall on in {string.Join(", ", firewall.Profiles.Select(p => p.Name))}, inbound blocked, outbound {(firewall.Profiles.All(p => p.BlocksOutbound) ? "blocked" : "allowed")} by default; {listeners.Count} listeners, none further",
            how);
    }

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
