using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Smtp;
using Gateway.PrivateServers;
using Gateway.Rig.MailPeers;
using Xunit;
using static Gateway.DicomMail.Tests.Transport.MailNetworkFixture;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>Mail through Debian's Postfix and Dovecot, which ask for client certificates as the network does.</summary>
[Collection("mail network")]
public sealed class PostfixTests(MailNetworkFixture rig) : IDisposable
{
    private static readonly Envelope ToB = new("gw@site-a.test", "gw@site-b.test");
    private readonly Mails mails = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => mails.Dispose();

    [Fact]
    public async Task Twenty_megabytes_arrive_as_they_were()
    {
        var network = await rig.GetAsync();
        var path = mails.OfSize(20_000_000);
        await using var relay = new SmtpRelay(Relays(network, network.SiteA, [.. network.SmtpPorts]), TimeProvider.System);
        var accepted = Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(ToB, path, Cancel));
        Assert.StartsWith("250 2.0.0 Ok: queued as", accepted.Text);
        var (_, message) = (await FetchAsync(network, network.SiteB, "gw@site-b.test", Cancel)).Single();
        var sent = await File.ReadAllBytesAsync(path, Cancel);
        Assert.True(message.AsSpan().EndsWith(sent)); // before it stand the lines of those who carried it (RFC 5321 section 4.4)
        Assert.InRange(message.Length - sent.Length, 1, 2_000);
    }

    [Fact]
    public async Task With_servers_dead_slow_intercepted_and_stripped_every_mail_arrives_and_only_one_of_an_unknown_end_may_twice()
    {
        var network = await rig.GetAsync();
        using var firewall = new NetworkAuthority("Hospital Web Proxy CA");
        using var shown = firewall.IssueServer(MailNetwork.Host(3));
        await using var dead = Door.To(network.SmtpPorts[0]);
        await using var slow = Door.To(network.SmtpPorts[1]);
        await using var intercepted = new TlsInterceptor(network.SmtpPorts[2], shown, isSmtp: true);
        await using var stripped = new TlsInterceptor(network.SmtpPorts[3], null, isSmtp: true);
        await using var dying = Door.To(network.SmtpPorts[4]);
        await using var well = Door.To(network.SmtpPorts[5]);
        dead.Cut();
        slow.IsSilent = true;
        dying.CutAfterBytes = 2_500_000;
        var settings = Relays(network, network.SiteA, dead.Port, slow.Port, intercepted.Port, stripped.Port, dying.Port, well.Port) with { ReplyTime = TimeSpan.FromSeconds(2) };
        await using var relay = new SmtpRelay(settings, TimeProvider.System);
        var unknown = new ConcurrentBag<string>();
        var ids = Enumerable.Range(0, 24).Select(i => $"{i}.failover@site-a.test").ToList();
        await Parallel.ForEachAsync(ids, Cancel, async (id, cancel) =>
        {
            var path = mails.OfSize(300_000, id);
            while (await relay.SendAsync(ToB, path, cancel) is var answer && answer is not RelayAnswer.Accepted)
            {
                if (Assert.IsType<RelayAnswer.Deferred>(answer).Reason.Contains("is unknown"))
                    unknown.Add(id);
                await Task.Delay(100, cancel);
            }
        });
        slow.IsSilent = false;

        var arrived = (await FetchAsync(network, network.SiteB, "gw@site-b.test", Cancel)).Select(mail => IdOf(mail.Message)).ToList();
        Assert.Equal(ids.Order(), arrived.Distinct().Order());
        Assert.All(arrived.GroupBy(id => id), copies => Assert.InRange(copies.Count(), 1, 1 + unknown.Count(id => id == copies.Key)));
        var problems = relay.Servers.Select(server => server.Problem).ToList();
        Assert.StartsWith("cannot be reached", problems[0]);
        Assert.Equal("gave no answer within 2 s", problems[1]);
        Assert.Contains("CN=Hospital Web Proxy CA", problems[2]);
        Assert.Contains("stripped?", problems[3]);
        Assert.NotNull(problems[4]);
        Assert.Null(problems[5]);
        Assert.Equal(0, intercepted.BytesRead);
    }

    [Fact]
    public async Task Twenty_mails_are_one_connection_at_the_server()
    {
        var network = await rig.GetAsync();
        await using (var relay = new SmtpRelay(Relays(network, network.SiteA, network.SmtpPorts[1]), TimeProvider.System))
        {
            var before = Connections(network, 2);
            foreach (var i in Enumerable.Range(0, 20))
                Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(ToB, mails.Small($"{i}.reuse@site-a.test"), Cancel));
            Assert.Equal(1, Connections(network, 2) - before);
        }

        Assert.Equal(20, (await FetchAsync(network, network.SiteB, "gw@site-b.test", Cancel)).Count);
    }

    [Fact]
    public async Task A_receipt_is_nobodys_and_arrives()
    {
        var network = await rig.GetAsync();
        await using var relay = new SmtpRelay(Relays(network, network.SiteA, network.SmtpPorts[0]), TimeProvider.System);
        Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(new(null, "gw@site-b.test"), mails.Small(), Cancel));
        var (_, message) = (await FetchAsync(network, network.SiteB, "gw@site-b.test", Cancel)).Single();
        Assert.StartsWith("Return-Path: <>\r\n", System.Text.Encoding.Latin1.GetString(message, 0, 200));
    }

    [Fact]
    public async Task A_site_cannot_send_as_another_one_nor_for_nobody_known()
    {
        var network = await rig.GetAsync();
        await using var relay = new SmtpRelay(Relays(network, network.SiteA, network.SmtpPorts[0]), TimeProvider.System);
        Assert.Contains("rejected", Assert.IsType<RelayAnswer.Refused>(await relay.SendAsync(new("gw@site-b.test", "gw@site-b.test"), mails.Small(), Cancel)).Reason);
        Assert.Contains("User unknown", Assert.IsType<RelayAnswer.Refused>(await relay.SendAsync(new("gw@site-a.test", "nobody@site-b.test"), mails.Small(), Cancel)).Reason);
        Assert.Contains("Relay access denied", Assert.IsType<RelayAnswer.Refused>(await relay.SendAsync(new("gw@site-a.test", "gw@elsewhere.test"), mails.Small(), Cancel)).Reason);
    }

    [Fact]
    public async Task Nobody_is_let_in_without_a_listed_certificate_of_the_network()
    {
        var network = await rig.GetAsync();
        using var other = new NetworkAuthority("Rig Network CA");
        using var foreign = other.IssueSite("gw@site-a.test");
        using var alone = NetworkAuthority.SelfSigned("gw@site-a.test");
        using var unlisted = network.Authority.IssueSite("gw@site-c.test");
        foreach (var own in new[] { null, foreign, alone })
        {
            Assert.Matches("certificate|broke the connection|answers 5", Assert.IsType<RelayAnswer.Deferred>(await SendAsync(network, own)).Reason);
            await Assert.ThrowsAsync<MailboxException>(() => Mailbox(network, own, "gw@site-a.test", password: "none").PollAsync((_, _) => Task.CompletedTask, Cancel));
        }

        Assert.Contains("Client host rejected", Assert.IsType<RelayAnswer.Refused>(await SendAsync(network, unlisted)).Reason);
        Assert.Contains("refuses the certificate", (await Assert.ThrowsAsync<MailboxException>(() => Mailbox(network, unlisted, "gw@site-c.test").PollAsync((_, _) => Task.CompletedTask, Cancel))).Message);
    }

    [Fact]
    public async Task A_site_cannot_fetch_anothers_mail()
    {
        var network = await rig.GetAsync();
        var refused = await Assert.ThrowsAsync<MailboxException>(() => Mailbox(network, network.SiteA, "gw@site-b.test").PollAsync((_, _) => Task.CompletedTask, Cancel));
        Assert.Contains("refuses the certificate", refused.Message);
    }

    [Fact]
    public async Task A_mail_that_is_too_long_for_a_relay_goes_to_another_and_one_too_long_for_all_is_not_begun()
    {
        var network = await rig.GetAsync();
        await using (var one = new SmtpRelay(Relays(network, network.SiteA, network.SmtpPorts[5]), TimeProvider.System))
            Assert.Equal(new RelayAnswer.TooLarge(MailNetwork.SmallBytes), await one.SendAsync(ToB, mails.OfSize(MailNetwork.SmallBytes + 1), Cancel));
        await using (var two = new SmtpRelay(Relays(network, network.SiteA, network.SmtpPorts[5], network.SmtpPorts[0]), TimeProvider.System))
            Assert.Equal(MailNetwork.Host(2), Assert.IsType<RelayAnswer.Accepted>(await two.SendAsync(ToB, mails.OfSize(MailNetwork.SmallBytes + 1), Cancel)).Server);
        Assert.Single(await FetchAsync(network, network.SiteB, "gw@site-b.test", Cancel));
    }

    [Fact]
    public async Task A_line_that_is_cut_before_QUIT_brings_the_mails_again_under_their_ids()
    {
        var network = await rig.GetAsync();
        await using (var relay = new SmtpRelay(Relays(network, network.SiteA, network.SmtpPorts[0]), TimeProvider.System))
        {
            foreach (var i in Enumerable.Range(0, 3))
                await relay.SendAsync(ToB, mails.Small($"{i}.cut@site-a.test"), Cancel);
        }

        await network.UntilDeliveredAsync(Cancel);
        await using var door = Door.To(network.Pop3sPort);
        var mailbox = Mailbox(network, network.SiteB, "gw@site-b.test", door.Port);
        var before = new List<string>();
        await Assert.ThrowsAsync<MailboxException>(() => mailbox.PollAsync(
            (mail, _) =>
            {
                before.Add(mail.Id);
                if (before.Count == 3)
                    door.Cut();
                return Task.CompletedTask;
            },
            Cancel));
        door.Open();
        Assert.Equal(before.Order(), (await FetchAsync(network, network.SiteB, "gw@site-b.test", Cancel)).Select(mail => mail.Id).Order());
        Assert.Equal(3, before.Count);
    }

    private async Task<RelayAnswer> SendAsync(MailNetwork network, X509Certificate2? own)
    {
        await using var relay = new SmtpRelay(Relays(network, own, network.SmtpPorts[0]), TimeProvider.System);
        return await relay.SendAsync(ToB, mails.Small(), Cancel);
    }

    private static int Connections(MailNetwork network, int relay) => Regex.Count(network.PostfixLog, $@"relay{relay}/smtpd\[\d+\]: connect from");
}
