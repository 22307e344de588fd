using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Reporting;
using Xunit;

namespace Gateway.Provisioning.Tests.Reporting;

/// <summary>The change request to a hospital's network team: what the manifest needs, no more and no less.</summary>
public class FirewallRequestTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_asks_for_every_mail_server_on_both_ports_the_monitoring_server_and_the_images_of_the_site()
    {
        var appliance = Rehearsed.DefaultAppliance();
        var flows = FirewallRequest.Of(appliance, null, [], null, _ => []).Flows;
        var servers = appliance.Mail.Servers.Select(server => server.Host.Text).ToList();
        Assert.Equal(6, servers.Count);
        Assert.Equal(
            [("smtp-out", "25", "NET-1"), ("pop3s-out", "995", "NET-2"), ("monitoring-out", "8140", "MON-2"), ("dicom-in", "11112", "SEC-1")],
            flows.Select(flow => (flow.Id, string.Join(',', flow.Ports), flow.Control.Text)));
        Assert.All(flows.Take(2), flow => Assert.Equal(servers, flow.Peers.Select(peer => peer.Name)));
        Assert.Equal(["atlas79.mydhp.de"], flows[2].Peers.Select(peer => peer.Name));
        Assert.Equal([false, false, false, true], flows.Select(flow => flow.IsInbound));
        Assert.All(flows.Where(flow => flow.Control.Text != "SEC-1"), flow => Assert.NotEmpty(flow.Clause));
    }

    [Fact]
    public void Revocation_addresses_are_asked_for_by_port_and_names_are_resolved_when_they_are_to_be()
    {
        var request = FirewallRequest.Of(
            Rehearsed.DefaultAppliance(), "10.1.2.3", [new("http://crl.example/a.crl"), new("http://ocsp.example"), new("https://crl.example/b.crl")], At, host => [host.Text == "crl.example" ? "192.0.2.7" : "192.0.2.8"]);
        var revocation = request.Flows.Where(flow => flow.Id.StartsWith("revocation", StringComparison.Ordinal)).ToList();
        Assert.Equal([("revocation-80", 2), ("revocation-443", 1)], revocation.Select(flow => (flow.Id, flow.Peers.Count)));
        Assert.Equal(["192.0.2.7"], revocation[1].Peers.Single().Addresses);
        var handout = FirewallForms.ToHandout(request).ToMarkdown(Language.De);
        Assert.Contains("das Gateway (10.1.2.3)", handout, StringComparison.Ordinal);
        Assert.Contains("2026-11-29 12:00 UTC", handout, StringComparison.Ordinal);
        Assert.Contains("crl.example (192.0.2.7)", handout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Language.De, "Freischaltungen für das DICOM-Mail-Gateway", "ausgehend")]
    [InlineData(Language.En, "Firewall openings for the DICOM-Mail gateway", "outbound")]
    public void Each_form_holds_every_rule_in_its_language(Language language, string title, string direction)
    {
        var request = FirewallRequest.Of(Rehearsed.DefaultAppliance(), null, [], null, _ => []);
        var handout = FirewallForms.ToHandout(request);
        Assert.All(new[] { handout.ToMarkdown(language), handout.ToHtml(language), handout.ToCsv(language) }, form =>
        {
            Assert.All(request.Flows, flow => Assert.Contains(flow.Id, form, StringComparison.Ordinal));
            Assert.Contains(direction, form, StringComparison.Ordinal);
        });
        Assert.StartsWith("# " + title, handout.ToMarkdown(language), StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"{(language == Language.De ? "de" : "en")}\">", handout.ToHtml(language), StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_of_the_manifest_stand_for_themselves_and_keywords_have_none()
    {
        var appliance = Rehearsed.DefaultAppliance("""{ "firewall": { "inbound": [ { "id": "dicom-in", "purpose": "site", "protocol": "tcp", "ports": ["11112"], "remoteAddresses": ["10.1.0.0/16", "LocalSubnet", "fd00::1"] } ] } }""");
        var peers = FirewallRequest.Of(appliance, null, [], null, _ => []).Flows.Single(flow => flow.IsInbound).Peers;
        Assert.Equal([("10.1.0.0/16", 1), ("LocalSubnet", 0), ("fd00::1", 1)], peers.Select(peer => (peer.Name, peer.Addresses.Count)));
        var rules = FirewallForms.ToNftables(FirewallRequest.Of(appliance, null, [], null, _ => []));
        Assert.Contains("elements = { 10.1.0.0/16 }", rules, StringComparison.Ordinal);
        Assert.Contains("elements = { fd00::1 }", rules, StringComparison.Ordinal);
    }
}
