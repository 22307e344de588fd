using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

/// <summary>The live probe against a real server that asks for a certificate of the network, by POP3S as by SMTP with STARTTLS.</summary>
public sealed class LiveProbeTests : IDisposable
{
    private const string Name = MailPeer.Name;
    private readonly X509Certificate2 authority = MailPeer.Authority("CN=Network CA");
    private readonly X509Certificate2 otherAuthority = MailPeer.Authority("CN=Hospital Web Proxy CA");

    [Theory]
    [InlineData(ProbeKind.Tls, "TLS 1.2")]
    [InlineData(ProbeKind.Tls, "TLS 1.3")]
    [InlineData(ProbeKind.SmtpStartTls, "TLS 1.2")]
    [InlineData(ProbeKind.SmtpStartTls, "TLS 1.3")]
    public async Task A_server_of_the_network_accepts_our_certificate_and_shows_a_trusted_one(ProbeKind kind, string protocol)
    {
        var seen = await ProbeAsync(kind, Issue(authority, Name), Issue(authority, "gateway"), protocol);
        Assert.Equal(new ProbeResult(Name, 995, true, protocol, "CN=Network CA", Digest(authority).Text, ClientCertificateAccepted: true), seen);
    }

    [Theory]
    [InlineData(ProbeKind.Tls, "TLS 1.2")]
    [InlineData(ProbeKind.Tls, "TLS 1.3")]
    [InlineData(ProbeKind.SmtpStartTls, "TLS 1.2")]
    [InlineData(ProbeKind.SmtpStartTls, "TLS 1.3")]
    public async Task A_certificate_of_another_authority_is_declined_and_what_was_seen_is_not_forgotten(ProbeKind kind, string protocol)
    {
        var seen = await ProbeAsync(kind, Issue(authority, Name), Issue(otherAuthority, "gateway"), protocol);
        Assert.False(seen.ClientCertificateAccepted);
        Assert.NotNull(seen.Failure);
        Assert.Equal(Digest(authority).Text, seen.RootSha256);
        Assert.Null(seen.CertificateProblem);
    }

    [Theory]
    [InlineData("TLS 1.2")]
    [InlineData("TLS 1.3")]
    public async Task Without_a_certificate_to_offer_nobody_can_say_whether_it_would_be_accepted(string protocol)
    {
        var seen = await ProbeAsync(ProbeKind.Tls, Issue(authority, Name), null, protocol);
        Assert.Null(seen.ClientCertificateAccepted);
        Assert.Equal("the server asks for a client certificate, and there is none to offer", seen.Failure?.English);
    }

    [Theory]
    [InlineData(ProbeKind.Tls)]
    [InlineData(ProbeKind.SmtpStartTls)]
    public async Task An_interceptor_is_named_by_its_issuer(ProbeKind kind)
    {
        var seen = await ProbeAsync(kind, Issue(otherAuthority, Name), null, "TLS 1.3", requireClient: false);
        Assert.Equal("CN=Hospital Web Proxy CA", seen.Issuer);
        Assert.Equal(Digest(otherAuthority).Text, seen.RootSha256);
        Assert.Equal("its chain does not end in the pinned authority", seen.CertificateProblem?.English);
        Assert.Null(seen.ClientCertificateAccepted);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_a_problem_although_its_authority_is_the_right_one()
    {
        var seen = await ProbeAsync(ProbeKind.Tls, Issue(authority, "other.example"), null, "TLS 1.3", requireClient: false);
        Assert.Equal($"it is not issued to {Name}", seen.CertificateProblem?.English);
        Assert.Equal(Digest(authority).Text, seen.RootSha256);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_a_problem()
    {
        var seen = await ProbeAsync(ProbeKind.Tls, Issue(authority, Name, ended: true), null, "TLS 1.3", requireClient: false);
        Assert.Equal("its chain has the status NotTimeValid", seen.CertificateProblem?.English);
        Assert.Equal(Digest(authority).Text, seen.RootSha256);
    }

    [Fact]
    public async Task A_chain_that_nobody_can_complete_ends_in_no_root_and_says_whose_certificate_is_missing()
    {
        var seen = await ProbeAsync(ProbeKind.Tls, Issue(authority, Name), null, "TLS 1.3", requireClient: false, known: false);
        Assert.Equal("its chain is not complete: neither the server nor this machine has the certificate of CN=Network CA", seen.CertificateProblem?.English);
        Assert.Null(seen.RootSha256);
    }

    [Fact]
    public async Task Without_a_pinned_authority_the_machines_own_trust_decides()
    {
        var seen = await ProbeAsync(ProbeKind.Tls, Issue(authority, Name), null, "TLS 1.3", requireClient: false, pinned: false);
        Assert.Equal("its chain has the status PartialChain", seen.CertificateProblem?.English);
        Assert.Null(seen.RootSha256);
    }

    [Fact]
    public async Task A_port_that_refuses_says_so_and_one_that_connects_has_no_obstacle()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.True(HostName.TryRead("mail1.dicommail.com", out var host));
        var credentials = new ProbeCredentials(null, null, []);
        Assert.Null((await LiveProbe.RunAsync(host, 25, ProbeKind.Tcp, "127.0.0.1", port, credentials, TestContext.Current.CancellationToken)).Obstacle);
        listener.Stop();
        var refused = await LiveProbe.RunAsync(host, 25, ProbeKind.Tcp, "127.0.0.1", port, credentials, TestContext.Current.CancellationToken);
        Assert.Equal((false, ProbeObstacle.Refused), (refused.Connected, refused.Obstacle));
    }

    public void Dispose()
    {
        authority.Dispose();
        otherAuthority.Dispose();
    }

    private async Task<ProbeResult> ProbeAsync(ProbeKind kind, X509Certificate2 server, X509Certificate2? client, string protocol, bool requireClient = true, bool pinned = true, bool known = true)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var peer = new MailPeer(kind == ProbeKind.SmtpStartTls, server, protocol, requireClient ? authority : null, cancel);
        Assert.True(HostName.TryRead(Name, out var host));
        var seen = await LiveProbe.RunAsync(host, 995, kind, "127.0.0.1", peer.Port, new(pinned ? Digest(authority) : null, client, known ? [otherAuthority, authority] : []), cancel);
        await peer.EndAsync();
        return seen;
    }

    private static Sha256Digest Digest(X509Certificate2 certificate) => Sha256Digest.Of(certificate.RawData);

    private static X509Certificate2 Issue(X509Certificate2 by, string name, bool ended = false) => MailPeer.Issue(by, name, ended);
}
