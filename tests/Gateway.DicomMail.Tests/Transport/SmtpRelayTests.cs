using System.Text;
using CsCheck;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Smtp;
using Gateway.PrivateServers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>A relay over servers that do what mail servers, and what stands before them, do at their worst.</summary>
public sealed class SmtpRelayTests(Network network) : IClassFixture<Network>, IDisposable
{
    private static readonly Envelope FromA = new("gw@site-a.test", "gw@site-b.test");
    private readonly Mails mails = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Passing => new()
    {
        { "greeting", "421 4.3.2 too busy" }, { "greeting", "554 5.3.2 no service here" }, { "EHLO", "502 5.5.1 what?" }, { "STARTTLS", "454 4.7.0 not now" }, { "STARTTLS", "501 5.5.4 never" },
        { "MAIL", "451 4.3.0 later" }, { "MAIL", "452 4.3.1 disk full" }, { "MAIL", "421 4.3.2 going down" }, { "MAIL", "530 5.7.0 who are you" }, { "MAIL", "555 5.5.4 no SIZE, please" },
        { "RCPT", "450 4.2.0 greylisted" }, { "DATA", "451 4.3.0 later" }, { "content", "451 4.3.0 cannot be queued" }, { "content", "421 4.3.2 going down" },
        { "greeting", ScriptedSmtp.Drop }, { "EHLO", ScriptedSmtp.Drop }, { "STARTTLS", ScriptedSmtp.Drop }, { "MAIL", ScriptedSmtp.Drop }, { "RCPT", ScriptedSmtp.Drop }, { "DATA", ScriptedSmtp.Drop },
        { "greeting", "HTTP/1.1 400 Bad Request" },
    };

    public static TheoryData<string, string> Final => new()
    {
        { "RCPT", "550 5.1.1 no such user" }, { "RCPT", "552 5.2.2 mailbox full" },
        { "DATA", "554 5.5.1 no valid recipients" }, { "content", "554 5.7.1 rejected" }, { "content", "550 5.6.0 no message" },
    };

    public void Dispose() => mails.Dispose();

    [Fact]
    public Task A_message_arrives_as_it_is_whatever_its_lines_are() => Gen.String[Gen.Char[".\tx=é"], 0, 30].Array[1, 40].SampleAsync(
        async lines =>
        {
            var message = Encoding.Latin1.GetBytes(string.Concat(lines.Select(line => line + "\r\n")));
            await using var server = Take();
            await using var relay = Relay(server);
            Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.Write(message), Cancel));
            Assert.Equal(message, server.Taken.Single().Content);
        },
        iter: 20,
        threads: 1);

    [Fact]
    public async Task A_message_of_many_blocks_arrives_as_it_is_and_its_length_was_told_before()
    {
        await using var server = Take();
        await using var relay = Relay(server);
        var path = mails.OfSize(1_000_003);
        Assert.Equal(new RelayAnswer.Accepted(MailNetwork.Host(1), "250 2.0.0 Ok: queued as 4F1"), await relay.SendAsync(FromA, path, Cancel));
        Assert.Equal(("gw@site-a.test", "gw@site-b.test"), (server.Taken.Single().Sender, server.Taken.Single().Recipient));
        Assert.Equal(await File.ReadAllBytesAsync(path, Cancel), server.Taken.Single().Content);
        Assert.Contains("MAIL FROM:<gw@site-a.test> SIZE=1000003", server.Heard);
    }

    [Fact]
    public async Task A_receipt_goes_out_as_nobodys()
    {
        await using var server = Take();
        await using var relay = Relay(server);
        Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(new Envelope(null, "gw@site-b.test"), mails.Small(), Cancel));
        Assert.Equal("", server.Taken.Single().Sender);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_is_the_servers_or_passes_sends_the_mail_to_the_next_server_and_it_is_taken_once(string about, string answer)
    {
        await using var first = Take(said => said == about ? answer : null);
        await using var next = Take();
        await using var relay = Relay(first, next);
        Assert.Equal(MailNetwork.Host(2), Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Server);
        Assert.Equal((0, 1), (first.Taken.Count, next.Taken.Count));
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_mail_that_no_server_takes_now_is_deferred_and_each_server_is_heard(string about, string answer)
    {
        await using var first = Take(said => said == about ? answer : null);
        await using var next = Take(said => said == "RCPT" ? "450 4.2.0 the other says" : null);
        await using var relay = Relay(first, next);
        var reason = Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Reason;
        Assert.Matches($"^{MailNetwork.Host(1)} .+; {MailNetwork.Host(2)} answers 450 4.2.0 the other says$", reason);
        if (answer.Length > 0 && char.IsAsciiDigit(answer[0]))
            Assert.Contains(answer, reason);
    }

    [Theory]
    [MemberData(nameof(Final))]
    public async Task A_mail_that_a_server_never_takes_is_refused_in_its_words_and_no_other_server_is_asked(string about, string answer)
    {
        await using var first = Take(said => said == about ? answer : null);
        await using var next = Take();
        await using var relay = Relay(first, next);
        Assert.Equal(new RelayAnswer.Refused(MailNetwork.Host(1), answer), await relay.SendAsync(FromA, mails.Small(), Cancel));
        Assert.Equal(0, next.Connections);
    }

    [Theory]
    [InlineData("MAIL", "550 5.7.1 not as this sender")]
    [InlineData("RCPT", "554 5.7.1 client host rejected")]
    [InlineData("RCPT", "554 relay access denied")]
    public async Task A_server_that_does_not_know_this_site_keeps_no_mail_from_those_that_do(string about, string answer)
    {
        await using var first = Take(said => said == about ? answer : null);
        await using var next = Take();
        await using var relay = Relay(first, next);
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal(MailNetwork.Host(2), Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Server);
        Assert.Equal(1, first.Connections); // the one that took the last mail is asked first

        await using var all = Relay(first, first);
        Assert.Contains(answer, Assert.IsType<RelayAnswer.Refused>(await all.SendAsync(FromA, mails.Small(), Cancel)).Reason);
        await using var away = Take(said => said == "RCPT" ? "450 4.2.0 later" : null);
        await using var some = Relay(first, away);
        Assert.IsType<RelayAnswer.Deferred>(await some.SendAsync(FromA, mails.Small(), Cancel));
    }

    [Fact]
    public async Task A_connection_that_is_lost_in_the_middle_of_a_mail_sends_it_to_the_next_server()
    {
        await using var first = ScriptedSmtp.Start(new() { Shown = network.Server, DropsInContent = 1 });
        await using var next = Take();
        await using var relay = Relay(first, next); // more than the buffers between them hold: otherwise all of it may be gone before the loss is seen
        Assert.Equal(MailNetwork.Host(2), Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.OfSize(30_000_000), Cancel)).Server);
        Assert.Empty(first.Taken);
        Assert.Single(next.Taken);
    }

    [Fact]
    public async Task A_connection_that_is_lost_after_the_final_dot_leaves_it_unknown_and_no_other_server_gets_the_mail()
    {
        await using var first = Take(said => said == "content" ? ScriptedSmtp.Drop : null);
        await using var next = Take();
        await using var relay = Relay(first, next);
        Assert.Contains("whether it was taken over is unknown", Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Reason);
        Assert.Equal(0, next.Connections);
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_nothing_and_is_named()
    {
        await using var stripped = ScriptedSmtp.Start(new() { Shown = network.Server, Extensions = ["SIZE 100000000"] });
        await using var relay = Relay(stripped);
        Assert.Contains($"{MailNetwork.Host(1)} offers no STARTTLS: stripped?", Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Reason);
        Assert.All(stripped.Heard, command => Assert.StartsWith("EHLO", command));
    }

    [Fact]
    public async Task What_is_said_in_the_clear_behind_STARTTLS_is_not_taken_for_the_servers_words()
    {
        await using var injecting = ScriptedSmtp.Start(new() { Shown = network.Server, Injected = "\r\n250-mail1\r\n250 SIZE 1" });
        await using var relay = Relay(injecting);
        Assert.Contains("in the clear", Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Reason);
    }

    [Fact]
    public async Task Whoever_is_not_the_server_is_named_by_the_issuer_and_gets_nothing()
    {
        using var alone = NetworkAuthority.SelfSigned(MailNetwork.Host(1));
        foreach (var (shown, problem) in new[]
        {
            (network.Intercepted, "shows a certificate of CN=Hospital Web Proxy CA (its chain is not complete: neither the server nor this machine has the certificate of CN=Hospital Web Proxy CA)"),
            (network.Authority.IssueServer("other.example"), $"shows a certificate of CN=Rig Network CA (it is not issued to {MailNetwork.Host(1)})"),
            (network.Authority.IssueEnded(MailNetwork.Host(1)), "shows a certificate of CN=Rig Network CA (its chain has the status NotTimeValid)"),
            (network.Authority.IssueSite(MailNetwork.Host(1)), "its chain has the status NotValidForUsage"),
            (alone, "its chain does not end in the pinned authority: something on the way opens TLS"),
        })
        {
            await using var server = ScriptedSmtp.Start(new() { Shown = shown });
            await using var relay = Relay(server);
            Assert.Contains(problem, Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Reason);
            Assert.Contains(problem, relay.Servers.Single().Problem);
            Assert.DoesNotContain(server.Heard, command => command.StartsWith("MAIL"));
        }
    }

    [Fact]
    public async Task A_server_that_does_not_take_the_sites_certificate_is_said_to_do_so()
    {
        await using var server = ScriptedSmtp.Start(new() { Shown = network.Server, ClosesAfterCertificate = true });
        await using var relay = Relay(server);
        Assert.Contains("does not take this site's certificate", Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Reason);
        await using var without = new SmtpRelay(network.Relays(server.Port) with { Trust = network.Trust(null) }, time);
        Assert.Contains("this site has none to show", Assert.IsType<RelayAnswer.Deferred>(await without.SendAsync(FromA, mails.Small(), Cancel)).Reason);
    }

    [Fact]
    public async Task A_mail_goes_to_a_server_that_takes_its_length_and_to_no_other()
    {
        await using var small = ScriptedSmtp.Start(new() { Shown = network.Server, Extensions = ["STARTTLS", "SIZE 1000"] });
        await using var larger = ScriptedSmtp.Start(new() { Shown = network.Server, Extensions = ["STARTTLS", "SIZE 50000"] });
        await using var relay = Relay(small, larger);
        Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.OfSize(50_000), Cancel));
        Assert.Single(larger.Taken);
        Assert.Equal(new RelayAnswer.TooLarge(50_000), await relay.SendAsync(FromA, mails.OfSize(50_001), Cancel));
        Assert.DoesNotContain(small.Heard, command => command.StartsWith("MAIL"));
        Assert.Single(larger.Taken);
    }

    [Theory]
    [InlineData("SIZE")]
    [InlineData("SIZE 0")]
    [InlineData("HELP")]
    public async Task A_server_that_tells_no_limit_is_given_the_mail(string extension)
    {
        await using var server = ScriptedSmtp.Start(new() { Shown = network.Server, Extensions = ["STARTTLS", extension] });
        await using var relay = Relay(server);
        Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.OfSize(200_000), Cancel));
    }

    [Theory]
    [InlineData("MAIL", "552 5.3.4 too big")]
    [InlineData("MAIL", "552 message size exceeds fixed limit")]
    [InlineData("content", "552 5.3.4 too big after all")]
    [InlineData("content", "554 5.3.4 too big after all")]
    public async Task A_server_that_lies_about_its_limit_leads_to_smaller_messages(string about, string answer)
    {
        await using var server = Take(said => said == about ? answer : null);
        await using var relay = Relay(server);
        Assert.Equal(new RelayAnswer.TooLarge(10_000), await relay.SendAsync(FromA, mails.OfSize(20_000), Cancel));
    }

    [Fact]
    public async Task A_server_that_takes_the_length_and_has_no_time_is_waited_for()
    {
        await using var small = ScriptedSmtp.Start(new() { Shown = network.Server, Extensions = ["STARTTLS", "SIZE 1000"] });
        await using var busy = Take(said => said == "MAIL" ? "451 4.3.0 later" : null);
        await using var away = Take(said => said == "greeting" ? ScriptedSmtp.Drop : null);
        foreach (var other in new[] { busy, away })
        {
            await using var relay = Relay(small, other);
            foreach (var _ in Enumerable.Range(0, 2)) // the second time it rests
                Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.OfSize(50_000), Cancel));
        }
    }

    [Fact]
    public async Task A_server_that_says_nothing_has_an_end()
    {
        await using var silent = ScriptedSmtp.Start(new() { Shown = network.Server, IsSilent = true });
        await using var next = Take();
        await using var relay = Relay(silent, next);
        var sending = relay.SendAsync(FromA, mails.Small(), Cancel);
        await PassTimeUntilAsync(sending);
        Assert.Equal(MailNetwork.Host(2), Assert.IsType<RelayAnswer.Accepted>(await sending).Server);
        Assert.Equal("gave no answer within 60 s", relay.Servers[0].Problem);
    }

    [Fact]
    public async Task Mails_share_a_connection_for_as_long_as_it_is_kept()
    {
        await using var server = Take();
        await using var relay = Relay(server);
        foreach (var _ in Enumerable.Range(0, 5))
            Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.Small(), Cancel));
        Assert.Equal((1, 5), (server.Connections, server.Taken.Count));
        time.Advance(TimeSpan.FromSeconds(31));
        while (!server.Heard.Contains("QUIT"))
            await Task.Delay(10, Cancel);
        Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.Small(), Cancel));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task No_more_mails_than_allowed_are_under_way_and_each_has_its_connection()
    {
        await using var server = Take();
        await using var relay = new SmtpRelay(network.Relays(server.Port) with { Connections = 3 }, time);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => relay.SendAsync(FromA, mails.OfSize(100_000), Cancel)));
        Assert.All(answers, answer => Assert.IsType<RelayAnswer.Accepted>(answer));
        Assert.InRange(server.Connections, 1, 3);
    }

    [Fact]
    public async Task A_kept_connection_that_the_server_has_closed_is_replaced_and_is_no_failure()
    {
        var isClosing = false;
        await using var server = Take(said => isClosing && said == "RSET" ? ScriptedSmtp.Drop : null);
        await using var relay = Relay(server);
        await relay.SendAsync(FromA, mails.Small(), Cancel);
        isClosing = true;
        Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.Small(), Cancel));
        Assert.Equal((2, null), (server.Connections, relay.Servers.Single().Problem));
    }

    [Fact]
    public async Task A_server_that_failed_rests_longer_each_time_and_not_for_ever()
    {
        await using var ill = Take(said => said == "greeting" ? "421 4.3.2 ill" : null);
        await using var relay = Relay(ill);
        var rests = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel));
            rests.Add((relay.Servers.Single().RestsUntil!.Value - time.GetUtcNow()).TotalSeconds);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], rests);
        time.Advance(TimeSpan.FromSeconds(300));
        Assert.Null(relay.Servers.Single().RestsUntil);
    }

    [Fact]
    public async Task A_server_that_rests_is_not_asked_while_another_one_is_there_and_is_asked_afterwards()
    {
        var isBusy = false;
        await using var ill = Take(said => said == "greeting" ? "421 4.3.2 ill" : null);
        await using var other = Take(said => isBusy && said == "MAIL" ? "451 4.3.0 busy" : null);
        await using var relay = Relay(ill, other);
        Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.Small(), Cancel));
        isBusy = true;
        var reason = Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel)).Reason;
        Assert.Equal($"{MailNetwork.Host(2)} answers 451 4.3.0 busy; {MailNetwork.Host(1)} rests until 12:00:05 UTC, it answers 421 4.3.2 ill", reason);
        Assert.Equal(1, ill.Connections);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.IsType<RelayAnswer.Deferred>(await relay.SendAsync(FromA, mails.Small(), Cancel));
        Assert.Equal(2, ill.Connections);
    }

    [Theory]
    [InlineData("MAIL", "451 4.3.0 storm", true)]
    [InlineData("content", "451 4.3.0 storm", true)]
    [InlineData("RCPT", "421 4.3.2 going down", true)]
    [InlineData("RCPT", "450 4.2.1 mailbox busy", false)]
    [InlineData("RCPT", "550 5.1.1 no such user", false)]
    public async Task A_server_that_takes_nothing_rests_and_one_whose_recipient_has_to_wait_does_not(string about, string answer, bool rests)
    {
        await using var server = Take(said => said == about ? answer : null);
        await using var relay = Relay(server);
        await relay.SendAsync(FromA, mails.Small(), Cancel);
        Assert.Equal(rests, relay.Servers.Single().RestsUntil is not null);
    }

    [Fact]
    public async Task The_server_that_took_the_last_mail_gets_the_next_one()
    {
        var isIll = true;
        await using var first = Take(said => isIll && said == "greeting" ? "421 4.3.2 ill" : null);
        await using var second = Take();
        await using var relay = Relay(first, second);
        await relay.SendAsync(FromA, mails.Small(), Cancel);
        isIll = false;
        time.Advance(TimeSpan.FromMinutes(10));
        await relay.SendAsync(FromA, mails.Small(), Cancel);
        Assert.Equal((0, 2), (first.Taken.Count, second.Taken.Count));
    }

    [Fact]
    public void Sites_begin_at_different_servers() =>
        Assert.Equal([0, 1, 2, 3, 4, 5], Enumerable.Range(0, 500).Select(_ => new SmtpRelaySettings(network.Relays(1, 2, 3, 4, 5, 6).Servers, network.Trust(null)).First).Distinct().Order());

    [Theory]
    [InlineData("Subject: x\r\n\r\nbare\nline\r\n")]
    [InlineData("Subject: x\r\n\r\nbare\rline\r\n")]
    [InlineData("Subject: x\r\n\r\nend\r\n.\n")]
    [InlineData("Subject: x\r\n\r\nend\r\n\n")]
    [InlineData("Subject: x\r\n\r\n\r\r\n")]
    [InlineData("Subject: x\r\n\r\nno end")]
    [InlineData("")]
    public async Task A_file_that_is_no_message_is_refused_here_and_no_server_takes_any_of_it(string content)
    {
        await using var server = Take();
        await using var relay = Relay(server);
        // Whatever block of the file it begins and ends in.
        foreach (var before in Enumerable.Range(0, content.Length + 1).Select(step => 131_072 - step).Prepend(0))
        {
            var lines = string.Concat(Enumerable.Repeat("line...\r\n", before / 9)) + (before % 9 == 0 ? "" : new string('x', before % 9 + 7) + "\r\n");
            var file = mails.Write(lines[^before..] + content);
            if (before == 0 || content.Length > 0)
                Assert.Equal("this gateway", Assert.IsType<RelayAnswer.Refused>(await relay.SendAsync(FromA, file, Cancel)).Server);
        }

        Assert.Empty(server.Taken);
        Assert.IsType<RelayAnswer.Accepted>(await relay.SendAsync(FromA, mails.Write(new string('x', 998) + "\r\n"), Cancel));
        Assert.IsType<RelayAnswer.Refused>(await relay.SendAsync(FromA, mails.Write(new string('x', 999) + "\r\n"), Cancel));
    }

    [Theory]
    [InlineData("a@b.test>\r\nRCPT TO:<c@d.test")]
    [InlineData("a b@c.test")]
    [InlineData("<a@b.test>")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData("ä@b.test")]
    [InlineData("a@b.test ")]
    public async Task An_address_cannot_be_a_command(string address)
    {
        await using var server = Take();
        await using var relay = Relay(server);
        Assert.IsType<RelayAnswer.Refused>(await relay.SendAsync(new("gw@site-a.test", address), mails.Small(), Cancel));
        Assert.IsType<RelayAnswer.Refused>(await relay.SendAsync(new(address, "gw@site-b.test"), mails.Small(), Cancel));
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_nobodys_fault_but_ours()
    {
        await using var server = Take();
        await using var relay = Relay(server);
        await Assert.ThrowsAnyAsync<IOException>(() => relay.SendAsync(FromA, Path.Combine(mails.Folder, "none"), Cancel));
        Assert.Null(relay.Servers.Single().Problem);
    }

    private ScriptedSmtp Take(Func<string, string?>? answers = null) => ScriptedSmtp.Start(new() { Shown = network.Server, Answers = answers ?? (_ => null) });

    private SmtpRelay Relay(params ScriptedSmtp[] servers) => new(network.Relays([.. servers.Select(server => server.Port)]), time);

    private async Task PassTimeUntilAsync(Task end)
    {
        while (!end.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Cancel);
        }
    }
}
