using System.Text;
using CsCheck;
using Gateway.DicomMail.Transport;
using Gateway.DicomMail.Transport.Pop3;
using Gateway.PrivateServers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.DicomMail.Tests.Transport;

/// <summary>A mailbox on servers that do what mail servers do at their worst: no mail is lost, and none is deleted that was not kept.</summary>
public sealed class Pop3MailboxTests(Network network) : IClassFixture<Network>
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly List<(string Id, string Content)> kept = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mails_are_kept_as_they_are_and_only_then_deleted()
    {
        await using var server = Serve(Mail("a", 1), Mail("b", 2));
        var order = new List<string>();
        var mailbox = Mailbox(server);
        Assert.Equal($"{MailNetwork.Host(1)}/gw@site-a.test", mailbox.Name);
        Assert.Equal(2, await mailbox.PollAsync(
            async (mail, cancel) =>
            {
                await KeepAsync(mail, cancel);
                Assert.DoesNotContain($"DELE {kept.Count}", server.Heard);
                order.Add(mail.Id);
            },
            Cancel));
        Assert.Equal([Mail("a", 1), Mail("b", 2)], kept);
        Assert.Equal(["AUTH EXTERNAL " + Convert.ToBase64String("gw@site-a.test"u8), "UIDL", "LIST", "TOP 1 0", "TOP 2 0", "RETR 1", "DELE 1", "RETR 2", "DELE 2", "QUIT"], server.Heard.Skip(1));
        Assert.Empty(server.Mails);
        Assert.Equal(0, await mailbox.PollAsync(KeepAsync, Cancel));
    }

    [Fact]
    public Task A_mail_arrives_as_it_is_whatever_its_lines_are() => Gen.String[Gen.Char[".\tx=é\n"], 0, 30].Array[1, 40].SampleAsync(
        async lines =>
        {
            kept.Clear();
            var message = string.Concat(lines.Select(line => line + "\r\n"));
            await using var server = Serve(("a", message));
            await Mailbox(server).PollAsync(KeepAsync, Cancel);
            Assert.Equal(message, kept.Single().Content);
        },
        iter: 20,
        threads: 1);

    [Fact]
    public async Task A_mail_that_is_longer_than_any_buffer_arrives_as_it_is()
    {
        var message = "Subject: x\r\n\r\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => new string('.', i % 5) + i + "\r\n"));
        await using var server = Serve(("a", message));
        await Mailbox(server).PollAsync(KeepAsync, Cancel);
        Assert.Equal(message, kept.Single().Content);
    }

    [Fact]
    public async Task What_a_mail_is_about_is_known_before_it_is_fetched_and_the_urgent_comes_first()
    {
        await using var server = Serve(Mail("a", 1), ("b", "Priority: urgent\r\nMessage-ID: <b>\r\n\r\nbody\r\n"), Mail("c", 3));
        var mailbox = new Pop3Mailbox(Settings(server) with { Rank = mail => Encoding.ASCII.GetString(mail.Headers.Span).Contains("urgent") ? 0 : 1 }, time);
        await mailbox.PollAsync(KeepAsync, Cancel);
        Assert.Equal(["b", "a", "c"], kept.Select(mail => mail.Id));
    }

    [Fact]
    public async Task Headers_without_an_end_keep_no_other_mail_back()
    {
        var odd = ("a", string.Concat(Enumerable.Repeat("X-Filler: 0123456789012345678901234567890123456789\r\n", 10_000)) + "\r\nbody\r\n");
        await using var server = Serve(odd, Mail("b", 2));
        Assert.Equal(2, await Mailbox(server).PollAsync(KeepAsync, Cancel));
        Assert.Equal([odd, Mail("b", 2)], kept);
    }

    [Fact]
    public async Task An_id_that_another_mail_gets_at_once_is_that_mails()
    {
        await using var server = Serve(Mail("a", 1));
        var mailbox = Mailbox(server);
        await mailbox.PollAsync(KeepAsync, Cancel);
        server.Mails.Add(("a", "Message-ID: <other>\r\n\r\nbody\r\n"));
        var seen = "";
        await mailbox.PollAsync(
            (mail, _) =>
            {
                seen = Encoding.ASCII.GetString(mail.Headers.Span);
                return Task.CompletedTask;
            },
            Cancel);
        Assert.Contains("<other>", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_mails_keep_their_own_headers(bool atOnce)
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, TakesSeveral = atOnce, Mails = [.. Enumerable.Range(0, 120).Select(i => Mail("m" + i, i))] });
        Assert.Equal(120, await Mailbox(server).PollAsync(
            async (mail, cancel) =>
            {
                await KeepAsync(mail, cancel);
                Assert.Equal($"m{kept.Count - 1}", mail.Id);
                Assert.Equal($"Message-ID: <{kept.Count - 1}@site-b.test>\r\nSubject: DICOM-eMail\r\n\r\n", Encoding.ASCII.GetString(mail.Headers.Span));
            },
            Cancel));
    }

    [Fact]
    public async Task A_mail_that_was_kept_before_is_deleted_without_being_fetched()
    {
        await using var server = Serve(Mail("a", 1));
        Assert.Equal(1, await Mailbox(server).PollAsync((_, _) => Task.CompletedTask, Cancel));
        Assert.DoesNotContain(server.Heard, command => command.StartsWith("RETR"));
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_mail_that_cannot_be_kept_stays_and_those_before_it_are_gone_and_the_next_poll_has_it_last()
    {
        await using var server = Serve(Mail("a", 1), Mail("b", 2), Mail("c", 3));
        var mailbox = Mailbox(server);
        await Assert.ThrowsAsync<FormatException>(() => mailbox.PollAsync((mail, cancel) => mail.Id == "b" ? throw new FormatException() : KeepAsync(mail, cancel), Cancel));
        Assert.Equal(["b", "c"], server.Mails.Select(mail => mail.Id));
        kept.Clear();
        await mailbox.PollAsync(KeepAsync, Cancel);
        Assert.Equal(["c", "b"], kept.Select(mail => mail.Id));
    }

    [Fact]
    public async Task A_disk_that_fails_in_the_middle_of_a_mail_loses_nothing()
    {
        await using var server = Serve(Mail("a", 1), Mail("b", 2));
        var mailbox = Mailbox(server);
        await Assert.ThrowsAsync<NotSupportedException>(() => mailbox.PollAsync((mail, cancel) => mail.CopyToAsync(new MemoryStream([], writable: false), cancel), Cancel));
        Assert.Equal(2, server.Mails.Count);
        Assert.Equal(2, await mailbox.PollAsync(KeepAsync, Cancel));
    }

    [Fact]
    public async Task A_session_that_ends_before_QUIT_is_answered_brings_the_mails_again_under_their_ids()
    {
        var isDying = true;
        await using var server = Serve([Mail("a", 1), Mail("b", 2)], command => isDying && command == "QUIT" ? "" : null);
        var mailbox = Mailbox(server);
        await Assert.ThrowsAsync<MailboxException>(() => mailbox.PollAsync(KeepAsync, Cancel));
        isDying = false;
        await mailbox.PollAsync(KeepAsync, Cancel);
        Assert.Equal(["a", "b", "a", "b"], kept.Select(mail => mail.Id));
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task Two_mails_under_one_id_are_two_and_are_the_same_two_at_each_poll()
    {
        var isDying = true;
        await using var server = Serve([("a", Mail("x", 1).Message), ("a", Mail("y", 2).Message), Mail("b", 3)], command => isDying && command == "QUIT" ? "" : null);
        await Assert.ThrowsAsync<MailboxException>(() => Mailbox(server).PollAsync(KeepAsync, Cancel));
        isDying = false;
        await Mailbox(server).PollAsync(KeepAsync, Cancel);
        Assert.Equal(3, kept.Take(3).Select(mail => mail.Id).Distinct().Count());
        Assert.Equal(kept.Take(3), kept.Skip(3));
        Assert.Equal("b", kept[2].Id);
    }

    [Fact]
    public async Task A_server_without_ids_gives_each_mail_one_that_stays()
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, HasUidl = false, Mails = [Mail("x", 1), Mail("y", 2)] });
        await Assert.ThrowsAsync<FormatException>(() => Mailbox(server).PollAsync(async (mail, cancel) => { await KeepAsync(mail, cancel); throw new FormatException(); }, Cancel));
        await Mailbox(server).PollAsync(KeepAsync, Cancel);
        Assert.Equal(kept[0], kept[1]);
        Assert.NotEqual(kept[1].Id, kept[2].Id);
    }

    [Fact]
    public async Task A_server_without_TOP_is_fetched_from_all_the_same()
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, HasTop = false, Mails = [Mail("a", 1)] });
        Assert.Equal(1, await Mailbox(server).PollAsync(KeepAsync, Cancel));
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(5_000)]
    public async Task A_length_that_is_a_little_wrong_changes_nothing(int by)
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, Lies = by, Mails = [Mail("a", 1)] });
        await Mailbox(server).PollAsync(KeepAsync, Cancel);
        Assert.Equal([Mail("a", 1)], kept);
    }

    [Fact]
    public async Task A_mail_without_an_end_is_given_up_long_before_the_disk_is_full()
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, IsEndless = true, Mails = [Mail("a", 1)] });
        using var taken = new MemoryStream();
        var refused = await Assert.ThrowsAsync<MailboxException>(() => Mailbox(server).PollAsync((mail, cancel) => mail.CopyToAsync(taken, cancel), Cancel));
        Assert.Contains("called smaller", refused.Message);
        Assert.InRange(taken.Length, 0, 70_000);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_mail_that_drips_is_given_up_and_no_silence_is_needed_for_that()
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, Drips = true, Mails = [Mail("a", 1)] });
        var polling = Mailbox(server).PollAsync(KeepAsync, Cancel);
        while (!polling.IsCompleted)
        {
            if (server.Heard.Contains("RETR 1"))
                time.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(25, Cancel);
        }

        Assert.Contains("for longer than 60 s", (await Assert.ThrowsAsync<MailboxException>(() => polling)).Message);
    }

    [Fact]
    public async Task A_poll_ends_in_time_so_that_what_came_meanwhile_is_seen()
    {
        await using var server = Serve(Mail("a", 1), Mail("b", 2), Mail("c", 3));
        var mailbox = Mailbox(server);
        Assert.Equal(1, await mailbox.PollAsync(
            async (mail, cancel) =>
            {
                await KeepAsync(mail, cancel);
                time.Advance(TimeSpan.FromSeconds(16));
            },
            Cancel));
        Assert.Equal(2, server.Mails.Count);
        Assert.Equal(2, await mailbox.PollAsync(KeepAsync, Cancel));
        Assert.Equal(3, server.Heard.Count(command => command.StartsWith("TOP"))); // a header section is asked for once
    }

    [Fact]
    public async Task A_server_that_lets_no_certificate_log_in_is_told_a_password_or_nothing()
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, Mechanisms = "SASL PLAIN", Mails = [Mail("a", 1)] });
        var refused = await Assert.ThrowsAsync<MailboxException>(() => Mailbox(server).PollAsync(KeepAsync, Cancel));
        Assert.Equal($"{MailNetwork.Host(1)} does not let a certificate log in (it offers no SASL EXTERNAL), and there is no password", refused.Message);
        await new Pop3Mailbox(Settings(server) with { Password = "secret word" }, time).PollAsync(KeepAsync, Cancel);
        Assert.Contains("PASS secret word", server.Heard);
    }

    [Fact]
    public async Task A_login_that_is_refused_says_so_without_the_password()
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, Mechanisms = "SASL PLAIN", Answers = command => command.StartsWith("PASS") ? "-ERR [AUTH] no" : null });
        var refused = await Assert.ThrowsAsync<MailboxException>(() => new Pop3Mailbox(Settings(server) with { Password = "hunter2" }, time).PollAsync(KeepAsync, Cancel));
        Assert.Equal($"{MailNetwork.Host(1)} refuses the password: -ERR [AUTH] no", refused.Message);
        Assert.DoesNotContain("hunter2", refused.ToString());
    }

    [Theory]
    [InlineData("a\r\nDELE 1")]
    [InlineData("a\0")]
    public async Task A_password_cannot_be_a_command(string password)
    {
        await using var server = ScriptedPop3.Start(new() { Shown = network.Server, Mechanisms = "SASL PLAIN", Mails = [Mail("a", 1)] });
        await Assert.ThrowsAsync<MailboxException>(() => new Pop3Mailbox(Settings(server) with { Password = password }, time).PollAsync(KeepAsync, Cancel));
        Assert.DoesNotContain(server.Heard, command => command.StartsWith("PASS"));
    }

    [Fact]
    public async Task An_interceptor_is_named_and_a_server_that_wants_another_certificate_too()
    {
        await using var interceptor = ScriptedPop3.Start(new() { Shown = network.Intercepted });
        Assert.Contains("CN=Hospital Web Proxy CA", (await Assert.ThrowsAsync<MailboxException>(() => Mailbox(interceptor).PollAsync(KeepAsync, Cancel))).Message);
        await using var closing = ScriptedPop3.Start(new() { Shown = network.Server, ClosesAfterCertificate = true });
        Assert.Contains("does not take this site's certificate", (await Assert.ThrowsAsync<MailboxException>(() => Mailbox(closing).PollAsync(KeepAsync, Cancel))).Message);
    }

    [Theory]
    [InlineData("CAPA", "")]
    [InlineData("LIST", "hello")]
    [InlineData("LIST", "+OK\r\nx y\r\n.")]
    [InlineData("LIST", "+OK\r\n1 99999999999999999999\r\n.")]
    [InlineData("RETR 1", "-ERR busy")]
    [InlineData("DELE 1", "-ERR locked")]
    public async Task Whatever_else_a_server_says_ends_the_poll_and_deletes_nothing(string command, string answer)
    {
        await using var server = Serve([Mail("a", 1)], said => said == command ? answer : null);
        Assert.StartsWith(MailNetwork.Host(1), (await Assert.ThrowsAsync<MailboxException>(() => Mailbox(server).PollAsync(KeepAsync, Cancel))).Message);
        Assert.Single(server.Mails);
    }

    private static (string Id, string Message) Mail(string id, int number) => (id, $"Message-ID: <{number}@site-b.test>\r\nSubject: DICOM-eMail\r\n\r\nbody {number}\r\n.\r\n..\r\n");

    private async Task KeepAsync(WaitingMail mail, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        await mail.CopyToAsync(content, cancellation);
        kept.Add((mail.Id, Encoding.Latin1.GetString(content.ToArray())));
    }

    private ScriptedPop3 Serve(params (string Id, string Message)[] mails) => Serve(mails, _ => null);

    private ScriptedPop3 Serve((string Id, string Message)[] mails, Func<string, string?> answers) => ScriptedPop3.Start(new() { Shown = network.Server, Mails = [.. mails], Answers = answers });

    private Pop3MailboxSettings Settings(ScriptedServer server) => new(new MailServer(MailNetwork.Host(1), 0, server.Port, System.Net.IPAddress.Loopback), "gw@site-a.test", network.Trust(network.Site));

    private Pop3Mailbox Mailbox(ScriptedServer server) => new(Settings(server), time);
}
