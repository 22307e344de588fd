using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Tests.Machines;
using Gateway.Service.Probing;
using Xunit;
using ProbeKind = Gateway.Provisioning.Machines.Abilities.ProbeKind;
using ProbeTarget = Gateway.Provisioning.Machines.Abilities.ProbeTarget;

namespace Gateway.Architecture.Tests;

/// <summary>The gateway's program says as JSON what it saw of a server, and the engine judges it: with a real server, it judges as if it had connected itself.</summary>
public sealed class ProbeMeetingTests : IDisposable
{
    private readonly X509Certificate2 authority = MailPeer.Authority("CN=Network CA");
    private readonly X509Certificate2 proxy = MailPeer.Authority("CN=Hospital Web Proxy CA");

    public static TheoryData<ProbeKind, string> Servers => new()
    {
        { ProbeKind.Tls, "TLS 1.2" }, { ProbeKind.Tls, "TLS 1.3" }, { ProbeKind.SmtpStartTls, "TLS 1.2" }, { ProbeKind.SmtpStartTls, "TLS 1.3" },
    };

    public void Dispose()
    {
        authority.Dispose();
        proxy.Dispose();
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_server_of_the_network_is_seen_as_by_the_engine_itself(ProbeKind kind, string protocol)
    {
        var (ours, programs) = await BothAsync(kind, protocol, MailPeer.Issue(authority, MailPeer.Name));
        Assert.Equal(ours, programs);
        Assert.Equal((true, protocol, "CN=Network CA", Sha256Digest.Of(authority.RawData).Text, null), (programs.Connected, programs.Tls, programs.Issuer, programs.RootSha256, programs.CertificateProblem));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_interceptor_another_name_and_an_ended_certificate_are_seen_as_by_the_engine_itself(ProbeKind kind, string protocol)
    {
        foreach (var shown in new[] { MailPeer.Issue(proxy, MailPeer.Name), MailPeer.Issue(authority, "other.example"), MailPeer.Issue(authority, MailPeer.Name, ended: true) })
        {
            var (ours, programs) = await BothAsync(kind, protocol, shown);
            Assert.Equal(ours, programs);
            Assert.NotNull(programs.CertificateProblem);
        }
    }

    [Fact]
    public async Task Without_a_pinned_authority_the_machines_own_trust_decides_for_both()
    {
        var (ours, programs) = await BothAsync(ProbeKind.Tls, "TLS 1.3", MailPeer.Issue(authority, MailPeer.Name), pinned: false);
        Assert.Equal(ours, programs);
        Assert.NotNull(programs.CertificateProblem);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_server_that_asks_for_a_certificate_gets_none_from_a_machine_without(ProbeKind kind, string protocol)
    {
        using var peer = Peer(kind, protocol, MailPeer.Issue(authority, MailPeer.Name), asks: true);
        var seen = await ProgramsAsync(kind, peer.Port);
        Assert.Null(seen.ClientCertificateAccepted);
        Assert.Equal("the server asks for a client certificate, and the program has none whose key it may use", seen.Failure?.English);
        Assert.Equal(Sha256Digest.Of(authority.RawData).Text, seen.RootSha256);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_certificate_that_is_offered_is_accepted_or_declined(ProbeKind kind, string protocol)
    {
        var cancel = TestContext.Current.CancellationToken;
        foreach (var (by, accepted) in new[] { (authority, true), (proxy, false) })
        {
            using var peer = Peer(kind, protocol, MailPeer.Issue(authority, MailPeer.Name), asks: true);
            using var own = MailPeer.Issue(by, "gateway");
            var report = await ServerProbe.RunAsync(
                new(MailPeer.Name, 995, kind == ProbeKind.Tls ? Service.Probing.ProbeKind.Tls : Service.Probing.ProbeKind.StartTls, new IPEndPoint(IPAddress.Loopback, peer.Port)), own, cancel);
            Assert.Equal((true, true, accepted), (report.Asked, report.Offered, report.Failure is null));
        }
    }

    [Fact]
    public async Task A_stripped_STARTTLS_is_said_as_by_the_engine_itself()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var one = new MailPeer(smtp: true, authority, "TLS 1.3", null, cancel, startTls: false);
        using var other = new MailPeer(smtp: true, authority, "TLS 1.3", null, cancel, startTls: false);
        var programs = await ProgramsAsync(ProbeKind.SmtpStartTls, one.Port);
        Assert.Equal(await OursAsync(ProbeKind.SmtpStartTls, other.Port), programs);
        Assert.Contains("offers no STARTTLS", programs.Failure!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_on_which_nobody_listens_is_no_connection_and_a_name_without_an_address_neither()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        var refused = await ProgramsAsync(ProbeKind.Tcp, port);
        Assert.False(refused.Connected);
        Assert.NotNull(refused.Failure);

        Assert.True(HostName.TryRead("no-such-host.invalid", out var nowhere)); // RFC 6761, 6.4
        var unresolved = await new ProgramProbe(Program, null).RunAsync([new(nowhere, 25, ProbeKind.Tcp)], Credentials(), null, TestContext.Current.CancellationToken);
        Assert.StartsWith("the name cannot be resolved", unresolved.Values.Single().Failure!.English, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_servers_are_one_start_and_each_gets_its_own_answer()
    {
        using var peer = Peer(ProbeKind.Tls, "TLS 1.3", MailPeer.Issue(authority, MailPeer.Name), asks: false);
        ProbeTarget[] targets = [new(Host, 995, ProbeKind.Tls), new(Host, 25, ProbeKind.Tcp), new(Host, 8140, ProbeKind.Tcp)];
        var seen = await new ProgramProbe(Program, null).RunAsync(targets, Credentials(), $"127.0.0.1:{peer.Port}", TestContext.Current.CancellationToken);
        Assert.Equal(["TLS 1.3", null, null], targets.Select(target => seen[target].Tls));
        Assert.Equal([995, 25, 8140], targets.Select(target => seen[target].Port));
    }

    [Fact]
    public async Task A_program_that_is_not_there_or_is_another_one_proves_nothing()
    {
        foreach (var wrong in new[] { Path.Combine(AppContext.BaseDirectory, "none"), "/bin/true", "/bin/false" })
            await Assert.ThrowsAsync<NotAssessableException>(() => new ProgramProbe(wrong, null).RunAsync([new(Host, 25, ProbeKind.Tcp)], Credentials(), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_the_program_prints_is_the_documented_object_with_its_account_and_nothing_else()
    {
        using var peer = Peer(ProbeKind.Tls, "TLS 1.3", MailPeer.Issue(authority, MailPeer.Name), asks: false);
        using var process = Process.Start(new ProcessStartInfo(Program, ["probe", $"{MailPeer.Name}:995/tls@127.0.0.1:{peer.Port}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var printed = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(
            ["format", "server", "account", "connected", "tls", "chain", "nameMatches", "asked", "offered", "failure", "detail"],
            JsonNode.Parse(printed)!.AsObject().Select(field => field.Key));
        Assert.Equal(Environment.UserName, ProgramProbe.Seen.Of(printed)!.Account);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Gateway.Service");

    private static HostName Host => HostName.TryRead(MailPeer.Name, out var host) ? host : throw new FormatException();

    private ProbeCredentials Credentials(bool pinned = true) => new(pinned ? Sha256Digest.Of(authority.RawData) : null, null, [proxy, authority]);

    private MailPeer Peer(ProbeKind kind, string protocol, X509Certificate2 shown, bool asks) =>
        new(kind == ProbeKind.SmtpStartTls, shown, protocol, asks ? authority : null, TestContext.Current.CancellationToken);

    private async Task<(ProbeResult Ours, ProbeResult Programs)> BothAsync(ProbeKind kind, string protocol, X509Certificate2 shown, bool pinned = true)
    {
        using var one = Peer(kind, protocol, shown, asks: false);
        using var other = Peer(kind, protocol, shown, asks: false);
        return (await OursAsync(kind, one.Port, pinned), await ProgramsAsync(kind, other.Port, pinned));
    }

    private Task<ProbeResult> OursAsync(ProbeKind kind, int port, bool pinned = true) =>
        LiveProbe.RunAsync(Host, 995, kind, "127.0.0.1", port, Credentials(pinned), TestContext.Current.CancellationToken);

    private async Task<ProbeResult> ProgramsAsync(ProbeKind kind, int port, bool pinned = true) =>
        (await new ProgramProbe(Program, null).RunAsync([new(Host, 995, kind)], Credentials(pinned), $"127.0.0.1:{port}", TestContext.Current.CancellationToken)).Values.Single();
}
