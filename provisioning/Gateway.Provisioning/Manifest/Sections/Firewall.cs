using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>What Windows does with outbound traffic that no rule names.</summary>
public enum OutboundDefault
{
    /// <summary>Stays as the site has it; Windows allows it as delivered, and then an allow rule changes nothing.</summary>
    Leave,

    /// <summary>Blocked. The manifest must then name rules for DNS, DHCP, time, the domain, updates and remote access too, and who refreshes their addresses.</summary>
    Block,
}

/// <summary>Transport protocol of a rule.</summary>
public enum TransportProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,
}

/// <summary>What an outbound rule is for.</summary>
public enum RulePurpose
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>Mail servers.</summary>
    Mail,

    /// <summary>Status monitoring.</summary>
    Monitoring,

    /// <summary>Images and clients of the site.</summary>
    Site,

    /// <summary>Name resolution.</summary>
    Dns,

    /// <summary>Address assignment.</summary>
    Dhcp,

    /// <summary>Time.</summary>
    Ntp,

    /// <summary>The domain's controllers.</summary>
    Domain,

    /// <summary>Windows updates and virus signatures.</summary>
    Update,

    /// <summary>Remote maintenance.</summary>
    RemoteAccess,
}

/// <summary>Firewall rules in and out, all in one named group.</summary>
public sealed record Firewall
{
    /// <summary>The group that holds every rule of the appliance.</summary>
    public string Group { get; init; } = "DICOM-Mail Gateway";

    /// <summary>What Windows does with outbound traffic that no rule names.</summary>
    public OutboundDefault OutboundDefault { get; init; } = OutboundDefault.Leave;

    /// <summary>Who keeps the addresses of the rules right when outbound traffic is blocked: a stale one stops images.</summary>
    public string? AddressesRefreshedBy { get; init; }

    /// <summary>Inbound allow rules.</summary>
    public IReadOnlyList<FirewallRuleSetting> Inbound { get; init; } = FirewallRuleSetting.DefaultInbound;

    /// <summary>Outbound allow rules.</summary>
    public IReadOnlyList<FirewallRuleSetting> Outbound { get; init; } = FirewallRuleSetting.DefaultOutbound;

    /// <summary>TCP ports that Windows itself listens on at this site and that SEC-1 does not complain about. Another program's port belongs into <see cref="Inbound"/>.</summary>
    public IReadOnlyList<PortRange> WindowsPorts { get; init; } = [.. ((string[])["135", "139", "445", "3389", "5985", "47001", "49152-65535"]).Select(PortRange.Of)];

    /// <summary>UDP ports that Windows itself listens on at this site, likewise.</summary>
    public IReadOnlyList<PortRange> WindowsUdpPorts { get; init; } = [.. ((string[])["68", "123", "137-138", "500", "3389", "4500", "5353", "5355", "49152-65535"]).Select(PortRange.Of)];
}

/// <summary>One allow rule.</summary>
public sealed record FirewallRuleSetting
{
    /// <summary>Names the rule in plans, reports and in Windows' own list.</summary>
    public required ItemId Id { get; init; }

    /// <summary>What it is for.</summary>
    public RulePurpose Purpose { get; init; } = RulePurpose.Other;

    /// <summary>TCP or UDP.</summary>
    public TransportProtocol Protocol { get; init; } = TransportProtocol.Tcp;

    /// <summary>Local ports of an inbound rule, remote ports of an outbound one.</summary>
    public required IReadOnlyList<PortRange> Ports { get; init; }

    /// <summary>The program that the rule is limited to, or none.</summary>
    public ProgramPath? Program { get; init; }

    /// <summary>The addresses on the other side. Any, with program and port, is right for servers whose addresses change.</summary>
    public IReadOnlyList<RemoteAddress> RemoteAddresses { get; init; } = [Address("Any")];

    /// <summary>Whether an outbound rule is limited to the addresses that its hosts have when it is planned. A name that gets another address is then a change to apply.</summary>
    public bool PinAddresses { get; init; }

    /// <summary>The hosts of a rule with <see cref="PinAddresses"/>; those of the mail section or the monitoring server when a rule for mail or monitoring names none.</summary>
    public IReadOnlyList<HostName> Hosts { get; init; } = [];

    /// <summary>The hosts that the rule is pinned to; none when it is not.</summary>
    /// <param name="appliance">Names mail servers and monitoring server.</param>
    public IReadOnlyList<HostName> PinnedHosts(Appliance appliance) => !PinAddresses ? [] : Hosts.Count > 0 ? Hosts : Purpose switch
    {
        RulePurpose.Mail => [.. appliance.Mail.Servers.Select(server => server.Host).Distinct()],
        RulePurpose.Monitoring => [appliance.Monitoring.Server],
        _ => [],
    };

    /// <summary>Whether it opens a TCP port.</summary>
    /// <param name="port">The port.</param>
    public bool Opens(int port) => Protocol == TransportProtocol.Tcp && Ports.Any(range => range.Contains(port));

    /// <summary>Resources that must hold first, by id.</summary>
    public IReadOnlyList<ResourceId> DependsOn { get; init; } = [];

    /// <summary>Images from the site's own network.</summary>
    public static IReadOnlyList<FirewallRuleSetting> DefaultInbound { get; } =
    [
        new() { Id = ItemId.Of("dicom-in"), Purpose = RulePurpose.Site, Ports = [PortRange.Of("11112")], Program = Service, RemoteAddresses = [Address("LocalSubnet")] },
    ];

    /// <summary>Mail and monitoring, as the system requirements name them.</summary>
    public static IReadOnlyList<FirewallRuleSetting> DefaultOutbound { get; } =
    [
        new() { Id = ItemId.Of("smtp-out"), Purpose = RulePurpose.Mail, Ports = [PortRange.Of("25")], Program = Service },
        new() { Id = ItemId.Of("pop3s-out"), Purpose = RulePurpose.Mail, Ports = [PortRange.Of("995")], Program = Service },
        new() { Id = ItemId.Of("monitoring-out"), Purpose = RulePurpose.Monitoring, Ports = [PortRange.Of("8140")] },
    ];

    private static ProgramPath Service => ProgramPath.Of(@"%GATEWAY%\Gateway.Service.exe");

    private static RemoteAddress Address(string text) => RemoteAddress.TryRead(text, out var address) ? address : throw new FormatException(text);
}
