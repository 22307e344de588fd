using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Reporting;

/// <summary>The forms of a change request to a network's firewalls: for people (<see cref="Handout"/>), and as rules of nftables.</summary>
public static class FirewallForms
{
    private static readonly IReadOnlyList<Wording> Columns =
    [
        new("Regel", "Rule"), new("Richtung", "Direction"), new("Quelle", "Source"), new("Ziel", "Destination"), new("Protokoll", "Protocol"), new("Port", "Port"), new("Zweck", "Purpose"), new("Anforderung", "Control"),
        new("Abschnitt", "Clause"),
    ];

    /// <summary>For people.</summary>
    /// <param name="request">The request.</param>
    public static Handout ToHandout(FirewallRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Wording gateway = new($"das Gateway{(request.Gateway is null ? "" : $" ({request.Gateway})")}", $"the gateway{(request.Gateway is null ? "" : $" ({request.Gateway})")}");
        return new()
        {
            Site = request.Site,
            Product = request.Product,
            Title = new("Freischaltungen für das DICOM-Mail-Gateway", "Firewall openings for the DICOM-Mail gateway"),
            Preface = new(
                "Bitte lassen Sie genau diese Verbindungen zu und keine anderen. Zustandsbehaftete Firewalls lassen Antworten von selbst durch. " + (request.ResolvedAt is { } at
                    ? $"Die Adressen sind die vom {at:yyyy-MM-dd HH:mm} UTC; es gelten die Namen, denn Adressen ändern sich."
                    : "Es gelten die Namen; sie wurden hier nicht aufgelöst."),
                "Please let exactly these connections through, and no others. Stateful firewalls let answers pass by themselves. " + (request.ResolvedAt is { } then
                    ? $"The addresses are those of {then:yyyy-MM-dd HH:mm} UTC; the names count, since addresses change."
                    : "The names count; they were not resolved here.")),
            Columns = Columns,
            NamingColumn = 0,
            Rows = [.. request.Flows.Select(flow => (IReadOnlyList<Wording>)
            [
                Wording.Same(flow.Id), flow.IsInbound ? new("eingehend", "inbound") : new("ausgehend", "outbound"), flow.IsInbound ? Peers(flow) : gateway, flow.IsInbound ? gateway : Peers(flow),
                Wording.Same(flow.Protocol.ToString().ToUpperInvariant()), Wording.Same(string.Join(", ", flow.Ports)), flow.Purpose, Wording.Same(flow.Control.Text), Wording.Same(flow.Clause),
            ])],
            Afterword = new(
                "Bitte bestätigen Sie die Freischaltung mit Name und Datum. Ob sie wirkt, prüft 'gwctl preflight' auf dem Gateway: jeden Server, jeden Port und ob unterwegs TLS geöffnet wird.",
                "Please confirm with name and date that they are open. Whether they work is checked by 'gwctl preflight' on the gateway: each server, each port, and whether TLS is opened on the way."),
        };
    }

    /// <summary>Rules that nftables accepts (<c>nft -c -f</c>): a set of addresses for each rule, empty where no address is known, with the names in a comment; the chain lets pass, and forbids nothing.</summary>
    /// <param name="request">The request.</param>
    public static string ToNftables(FirewallRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var text = new StringBuilder();
        text.Append($"# DICOM-Mail Gateway {request.Product}, {request.Site.ReplaceLineEndings(" ")}: what must pass between the gateway and others.\n");
        text.Append(request.ResolvedAt is { } at ? $"# Addresses as of {at:yyyy-MM-dd HH:mm} UTC; they change, the names count.\n" : "# Names were not resolved: fill in the sets that are empty.\n");
        text.Append("table inet dicom_mail {\n");
        Set(text, "gateway", request.Gateway is null ? [] : [request.Gateway], "the gateway");
        foreach (var flow in request.Flows)
            Set(text, Name(flow), [.. flow.Peers.SelectMany(peer => peer.Addresses)], string.Join(", ", flow.Peers.Select(peer => peer.Name)));
        text.Append("    chain forward {\n        type filter hook forward priority filter; policy accept;\n        ct state established,related accept\n");
        foreach (var flow in request.Flows)
        {
            text.Append($"        # {flow.Control}{(flow.Clause.Length == 0 ? "" : $", {flow.Clause}")}: {flow.Purpose.English.ReplaceLineEndings(" ")}\n");
            foreach (var (family, suffix) in new[] { ("ip", "4"), ("ip6", "6") })
            {
                var (from, to) = flow.IsInbound ? ($"{Name(flow)}{suffix}", $"gateway{suffix}") : ($"gateway{suffix}", $"{Name(flow)}{suffix}");
                text.Append($"        {family} saddr @{from} {family} daddr @{to} {(flow.Protocol == TransportProtocol.Udp ? "udp" : "tcp")} dport {{ {string.Join(", ", flow.Ports)} }} accept\n");
            }
        }

        return text.Append("    }\n}\n").ToString();
    }

    private static void Set(StringBuilder text, string name, IReadOnlyList<string> addresses, string comment)
    {
        foreach (var (type, suffix, family) in new[] { ("ipv4_addr", "4", AddressFamily.InterNetwork), ("ipv6_addr", "6", AddressFamily.InterNetworkV6) })
        {
            var own = addresses.Where(address => FamilyOf(address) == family).Distinct().ToList();
            text.Append($"    # {comment}\n    set {name}{suffix} {{\n        type {type}\n        flags interval\n        auto-merge\n");
            if (own.Count > 0)
                text.Append($"        elements = {{ {string.Join(", ", own)} }}\n");
            text.Append("    }\n");
        }
    }

    private static AddressFamily? FamilyOf(string address) => IPAddress.TryParse(address.Split('/', '-')[0], out var parsed) ? parsed.AddressFamily : null;

    private static string Name(FirewallFlow flow) => flow.Id.Replace('-', '_');

    private static Wording Peers(FirewallFlow flow) => Wording.Join(", ", flow.Peers.Select(peer =>
        peer.Addresses.Count == 0 || peer.Addresses is [var only] && only == peer.Name ? Word(peer.Name) : Wording.Same($"{peer.Name} ({string.Join(", ", peer.Addresses)})")));

    private static Wording Word(string name) => name switch
    {
        "Any" => new("beliebig", "any"),
        "LocalSubnet" => new("das eigene Subnetz", "the local subnet"),
        _ => Wording.Same(name),
    };
}
