using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Reporting;

/// <summary>What the hospital's network must let through between the gateway and others: the change request to whoever runs its firewalls. It follows the rules of the manifest, of which Windows gets its own.</summary>
public sealed record FirewallRequest
{
    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>Version of the product.</summary>
    public required string Product { get; init; }

    /// <summary>The gateway's address; null where it is not known yet.</summary>
    public required string? Gateway { get; init; }

    /// <summary>When names were resolved, UTC; null where they were not.</summary>
    public required DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>What must pass.</summary>
    public required IReadOnlyList<FirewallFlow> Flows { get; init; }

    /// <summary>The request of a manifest.</summary>
    /// <param name="appliance">The manifest.</param>
    /// <param name="gateway">The gateway's address; null where it is not known yet.</param>
    /// <param name="revocation">Where the network's authorities publish which certificates are revoked: CRL and OCSP addresses.</param>
    /// <param name="resolvedAt">When names are resolved, UTC; null where they are not.</param>
    /// <param name="resolve">The addresses of a name; none where it has none, or where names are not resolved.</param>
    public static FirewallRequest Of(Appliance appliance, string? gateway, IReadOnlyList<Uri> revocation, DateTimeOffset? resolvedAt, Func<HostName, IReadOnlyList<string>> resolve) => new()
    {
        Site = appliance.Site.Name,
        Product = ProductVersion.Text,
        Gateway = gateway,
        ResolvedAt = resolvedAt,
        Flows =
        [
            .. appliance.Firewall.Outbound.Select(rule => Outbound(rule, appliance, resolve)),
            .. revocation.Where(uri => HostName.TryRead(uri.Host, out _)).GroupBy(uri => uri.Port).Select(group => Revocation(group.Key, group, resolve)),
            .. appliance.Firewall.Inbound.Select(rule => Inbound(rule, appliance)),
        ],
    };

    private static FirewallFlow Outbound(FirewallRuleSetting rule, Appliance appliance, Func<HostName, IReadOnlyList<string>> resolve)
    {
        IReadOnlyList<HostName> hosts = rule.Hosts.Count > 0 ? rule.Hosts : rule.Purpose switch
        {
            RulePurpose.Mail => [.. appliance.Mail.Servers.Select(server => server.Host).Distinct()],
            RulePurpose.Monitoring => [appliance.Monitoring.Server],
            _ => [],
        };
        IReadOnlyList<string> others = hosts.Count > 0 ? [] : [.. rule.RemoteAddresses.Select(address => address.Text)];
        return new(rule.Id.Text, IsInbound: false, [.. hosts.Select(host => new FirewallPeer(host.Text, resolve(host))), .. others.Select(Addressed)], rule.Protocol, rule.Ports, Purpose(rule), ControlOf(rule, appliance));
    }

    private static FirewallFlow Inbound(FirewallRuleSetting rule, Appliance appliance) =>
        new(rule.Id.Text, IsInbound: true, [.. rule.RemoteAddresses.Select(address => Addressed(address.Text))], rule.Protocol, rule.Ports, Purpose(rule), ControlOf(rule, appliance));

    private static FirewallFlow Revocation(int port, IEnumerable<Uri> uris, Func<HostName, IReadOnlyList<string>> resolve) => new(
        $"revocation-{port}", IsInbound: false,
        [.. uris.Select(uri => uri.Host).Distinct(StringComparer.OrdinalIgnoreCase).Select(host => new FirewallPeer(host, HostName.TryRead(host, out var name) ? resolve(name) : []))], TransportProtocol.Tcp, [PortRange.Of($"{port}")],
        new("Sperrlisten und OCSP der Zertifizierungsstelle des Netzes: " + string.Join(", ", uris), "revocation lists and OCSP of the network's authority: " + string.Join(", ", uris)), ControlId.Of("NET-3"));

    private static FirewallPeer Addressed(string text) => new(text, char.IsAsciiHexDigit(text[0]) && text.AsSpan().IndexOfAny('.', ':') >= 0 ? [text] : []);

    private static ControlId ControlOf(FirewallRuleSetting rule, Appliance appliance)
    {
        bool Opens(int port) => rule.Ports.Any(range => range.From <= port && port <= range.To);
        return ControlId.Of(rule.Purpose switch
        {
            RulePurpose.Mail when appliance.Mail.Servers.Any(server => Opens(server.SmtpPort)) => "NET-1",
            RulePurpose.Mail => "NET-2",
            RulePurpose.Monitoring => "MON-2",
            RulePurpose.RemoteAccess => "REM-1",
            RulePurpose.Update => "OS-2",
            RulePurpose.Ntp => "X-TIME",
            _ => "SEC-1",
        });
    }

    private static Wording Purpose(FirewallRuleSetting rule) => rule.Purpose switch
    {
        RulePurpose.Mail => new("Versand und Abruf der verschlüsselten Aufnahmen, mit Zertifikat angemeldet; TLS darf unterwegs nicht geöffnet werden (NET-4), ein Proxy ist nicht möglich", "sending and fetching the encrypted images, authenticated by certificate; TLS must not be opened on the way (NET-4), and a proxy is not possible"),
        RulePurpose.Monitoring => new("Statusüberwachung, ohne Patientendaten", "status monitoring, without patient data"),
        RulePurpose.Site => new("Aufnahmen vom PACS und von Geräten (DICOM)", "images from the PACS and modalities (DICOM)"),
        RulePurpose.Dns => new("Namensauflösung", "name resolution"),
        RulePurpose.Dhcp => new("Adressvergabe", "address assignment"),
        RulePurpose.Ntp => new("Zeit", "time"),
        RulePurpose.Domain => new("Domänencontroller", "domain controllers"),
        RulePurpose.Update => new("Updates und Virensignaturen", "updates and virus signatures"),
        RulePurpose.RemoteAccess => new("Fernwartung", "remote maintenance"),
        _ => new("weitere Regel des Manifests", "another rule of the manifest"),
    };
}

/// <summary>What must pass.</summary>
/// <param name="Id">Names it.</param>
/// <param name="IsInbound">Whether others open the connection to the gateway.</param>
/// <param name="Peers">The others.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Ports">The ports of whoever is connected to.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Control">The control that asks for it.</param>
public sealed record FirewallFlow(string Id, bool IsInbound, IReadOnlyList<FirewallPeer> Peers, TransportProtocol Protocol, IReadOnlyList<PortRange> Ports, Wording Purpose, ControlId Control)
{
    /// <summary>The clause of the system requirements, in its own German words; empty for a control of our own.</summary>
    public string Clause => ControlCatalogue.Find(Control)!.Clause ?? "";
}

/// <summary>One on the other side.</summary>
/// <param name="Name">Its name, or the address or keyword of the manifest.</param>
/// <param name="Addresses">Its addresses, networks and ranges, as far as they are known.</param>
public sealed record FirewallPeer(string Name, IReadOnlyList<string> Addresses);
