using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Assertions;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources;

/// <content>The mail servers, and the firewall on the way to them.</content>
public sealed partial class ApplianceResources
{
    private IEnumerable<Resource> MailServers() =>
    [
        .. appliance.Mail.Servers.Select(s => new ReachableServer { Host = s.Host, Port = s.SmtpPort, Probe = ProbeKind.SmtpStartTls, DependsOn = WaysOut(s.SmtpPort), Controls = Serves("NET-1") }),
        .. appliance.Mail.Servers.Select(s => new ReachableServer { Host = s.Host, Port = s.Pop3sPort, Probe = ProbeKind.Tls, DependsOn = WaysOut(s.Pop3sPort), Controls = Serves("NET-2") }),
        new NetworkCertificate { Mail = appliance.Mail, DependsOn = WaysOut(MailPorts()), Controls = Serves("NET-3") },
        new KeyAccess { Service = appliance.Gateway.ServiceName, Subject = appliance.Mail.ClientCertificate.Subject, Controls = Serves("NET-3") },
        new UnopenedTls { Mail = appliance.Mail, DependsOn = WaysOut(MailPorts()), Controls = Serves("NET-4") },
        new CertificateLife { Certificate = appliance.Mail.ClientCertificate, Controls = Serves("X-CERT") },
        new ModernTls { Mail = appliance.Mail, DependsOn = WaysOut(MailPorts()), Controls = Serves("X-TLS") },
    ];

    private int[] MailPorts() => [.. appliance.Mail.Servers.SelectMany(s => (int[])[s.SmtpPort, s.Pop3sPort]).Distinct()];

    // The rules without which a probe cannot get out where outbound traffic is blocked.
    private IReadOnlyList<ResourceId> WaysOut(params int[] ports) =>
        [.. appliance.Firewall.Outbound.Where(rule => ports.Any(port => Opens(rule, port))).Select(rule => new ResourceId(FirewallAllowRule.Kind, rule.Id.Text))];

    private IEnumerable<Resource> Firewall() =>
    [
        .. appliance.Firewall.Inbound.Select(rule => Rule(rule, RuleDirection.Inbound)),
        .. appliance.Firewall.Outbound.Select(rule => Rule(rule, RuleDirection.Outbound)),
        .. appliance.Firewall.OutboundDefault == OutboundDefault.Block ? OutboundBlocks() : [],
    ];

    private FirewallAllowRule Rule(FirewallRuleSetting rule, RuleDirection direction) => new()
    {
        Name = rule.Id,
        Group = appliance.Firewall.Group,
        Direction = direction,
        Protocol = rule.Protocol,
        Ports = rule.Ports,
        Program = rule.Program?.Resolve(appliance.Gateway.ProgramFolderOfThisVersion(), appliance.Antivirus),
        RemoteAddresses = rule.RemoteAddresses,
        PinnedTo = rule.PinnedHosts(appliance) is { Count: > 0 } hosts ? hosts : null,
        DependsOn = rule.DependsOn,
        Controls =
        [
            .. Serves("SEC-1"),
            .. direction == RuleDirection.Outbound && appliance.Mail.Servers.Any(s => Opens(rule, s.SmtpPort)) ? Serves("NET-1") : [],
            .. direction == RuleDirection.Outbound && appliance.Mail.Servers.Any(s => Opens(rule, s.Pop3sPort)) ? Serves("NET-2") : [],
            .. direction == RuleDirection.Outbound && Opens(rule, appliance.Monitoring.Port) ? Serves("MON-2") : [],
        ],
    };

    private static bool Opens(FirewallRuleSetting rule, int port) => rule.Protocol == TransportProtocol.Tcp && rule.Ports.Any(p => p.Contains(port));

    private IEnumerable<Resource> OutboundBlocks() => ((string[])["Domain", "Private", "Public"]).Select(profile => new OutboundBlock
    {
        Profile = profile,
        Group = appliance.Firewall.Group,
        DependsOn = [.. appliance.Firewall.Outbound.Select(r => new ResourceId(FirewallAllowRule.Kind, r.Id.Text))],
        Controls = Serves("SEC-1"),
    });
}
