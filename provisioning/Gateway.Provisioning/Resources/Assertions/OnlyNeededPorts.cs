using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using System.Net;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>SEC-1: the firewall is on and blocks what no rule names, and nothing listens to the network beyond the manifest and Windows' own ports.</summary>
public sealed record OnlyNeededPorts : Assertion
{
    /// <summary>The firewall section.</summary>
    public required Firewall Firewall { get; init; }

    /// <summary>Ports of the appliance, TCP.</summary>
    public required IReadOnlyList<int> OwnPorts { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("only-needed-ports", "machine");

    /// <inheritdoc/>
    protected override string Expectation => "firewall on in every profile, inbound blocked by default, no listener beyond the manifest and Windows' own ports";

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Firewall.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var firewall = await machine.Firewall.ReadAsync(Firewall.Group, cancel);
        var open = firewall.Profiles.Where(p => !p.Enabled || !p.BlocksInbound).Select(p => p.Name).ToList();
        var strange = (await machine.Network.ListenersAsync(cancel))
            .Where(l => l.Protocol == TransportProtocol.Tcp && !IsLoopback(l.Address) && !OwnPorts.Contains(l.Port))
            .Where(l => !Firewall.WindowsPorts.Concat(Firewall.Inbound.SelectMany(r => r.Ports)).Any(p => p.Contains(l.Port)))
            .Select(l => $"{l.Port} ({l.Process})").ToList();
        var observed = new List<string>();
        if (open.Count > 0)
            observed.Add("firewall open in profile " + string.Join(", ", open));
        if (strange.Count > 0)
            observed.Add("further listeners: " + string.Join(", ", strange));
        var outbound = firewall.Profiles.All(p => p.BlocksOutbound) ? "blocked" : "allowed";
        return Judge(
            observed.Count == 0,
            observed.Count == 0 ? $"firewall on, no further listeners; outbound {outbound} by default" : string.Join("; ", observed),
            machine.Firewall.Provenance);
    }

    private static bool IsLoopback(string address) => IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip);
}
