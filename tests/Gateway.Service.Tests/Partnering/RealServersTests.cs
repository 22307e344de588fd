using Gateway.Dicom.Tests.Peers;
using Gateway.PrivateServers;
using Gateway.Rig.MailPeers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>From one PACS to the other over Postfix and Dovecot, which know each site by its certificate.</summary>
public class RealServersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_study_arrives_and_is_signed_for_while_relays_fall_silent_one_after_the_other()
    {
        Assert.SkipWhen(MailNetwork.WhyNot is not null, MailNetwork.WhyNot ?? "");
        await using var network = await MailNetwork.StartAsync();
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        var doors = network.SmtpPorts.Select(Door.To).ToList();
        await using var a = Site.WithServers("north", "gw@site-a.test", network, network.SiteA, "south", [.. doors.Select(door => door.Port)]);
        await using var b = Site.WithServers("south", "gw@site-b.test", network, network.SiteB, "north", network.SmtpPorts, SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b, partner => partner with { MaximumMessageBytes = 120_000 });
        b.Knows(a);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();
        var study = SentStudy.Of(12);

        await SentStudy.StoreAsync(a.Gateway, study);
        foreach (var door in doors.Take(5))
        {
            await Task.Delay(200, Cancellation);
            door.Cut();
        }

        await Eventually.HoldsAsync(async () => await a.AnswerAsync() == "yes, stored", 90);
        Assert.Equal(SentStudy.Hashes(study), SentStudy.HashesIn(pacs.Folder));
        Assert.All(a.Events("accepted"), line => Assert.Contains("250 2.0.0 Ok: queued", (string?)line["text"], StringComparison.Ordinal));
        Assert.Contains("from=<>", network.PostfixLog, StringComparison.Ordinal);
        foreach (var door in doors)
            await door.DisposeAsync();
    }

    [Fact]
    public async Task A_firewall_that_opens_TLS_is_told_while_mail_goes_by_the_other_servers()
    {
        Assert.SkipWhen(MailNetwork.WhyNot is not null, MailNetwork.WhyNot ?? "");
        await using var network = await MailNetwork.StartAsync();
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        using var proxy = new NetworkAuthority("Hospital Proxy CA");
        using var shown = proxy.IssueServer(MailNetwork.Host(1));
        await using var firewall = new TlsInterceptor(network.Pop3sPort, shown, isSmtp: false);
        await using var a = Site.WithServers("north", "gw@site-a.test", network, network.SiteA, "south", network.SmtpPorts, configuration => configuration["mail"]!["servers"]![0]!["pop3sPort"] = firewall.Port);
        await using var b = Site.WithServers("south", "gw@site-b.test", network, network.SiteB, "north", network.SmtpPorts, SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b);
        b.Knows(a);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();
        await SentStudy.StoreAsync(a.Gateway, SentStudy.Of(2));
        await Eventually.HoldsAsync(async () => (await MailAsync()).AsObject()["partners"]![0]!["provedAt"] is not null, 60);

        var mail = await MailAsync();
        var (intercepted, next) = (mail["servers"]![0]!, mail["servers"]![1]!);
        Assert.True((bool)intercepted["isDistrusted"]!);
        Assert.Contains("CN=Hospital Proxy CA", (string?)intercepted["fetchingProblem"], StringComparison.Ordinal);
        Assert.Equal((false, null), ((bool)next["isDistrusted"]!, (string?)next["fetchingProblem"]));
        Assert.True((DateTimeOffset)next["certificateUntil"]! > DateTimeOffset.UtcNow);
        Assert.Null(intercepted["fetchedAt"]);
        Assert.All(mail["servers"]!.AsArray().Skip(1), server => Assert.NotNull(server!["fetchedAt"]));
        Assert.True((bool)mail["certificate"]!["isValid"]!);
        Assert.Equal((0, 0), ((int)mail["setAside"]!, mail["unconfirmed"]!.AsArray().Count));

        async Task<System.Text.Json.Nodes.JsonNode> MailAsync() => (await a.Gateway.HealthAsync()).Report["mail"]!;
    }

    [Fact(Explicit = true)]
    public async Task Servers_that_are_killed_while_studies_pass_through_them_lose_none_of_them()
    {
        Assert.SkipWhen(MailNetwork.WhyNot is not null, MailNetwork.WhyNot ?? "");
        var chance = Seed.Begin();
        await using var network = await MailNetwork.StartAsync();
        await using var pacs = await StoreScp.StartAsync(Cancellation, "-B", "-uf");
        await using var a = Site.WithServers("north", "gw@site-a.test", network, network.SiteA, "south", network.SmtpPorts);
        await using var b = Site.WithServers("south", "gw@site-b.test", network, network.SiteB, "north", network.SmtpPorts, SampleConfiguration.SendingTo(pacs.EndPoint));
        a.Knows(b, partner => partner with { MaximumMessageBytes = 120_000 });
        b.Knows(a);
        await a.Gateway.StartAsync();
        await b.Gateway.StartAsync();
        List<Image> sent = [];
        for (var kill = 0; kill < 3; kill++)
        {
            Image[] images = [.. Enumerable.Range(1, 6).Select(number => new Image($"{number}") { Study = $"1.2.{kill + 3}", Series = $"1.2.{kill + 3}.1", PixelBytes = 60_000 })];
            await SentStudy.StoreAsync(a.Gateway, images);
            sent.AddRange(images);
            await Task.Delay(chance.Next(3000), Cancellation);
            await network.KillAsync();
            await network.StartServersAsync();
        }

        foreach (var study in sent.Select(image => image.Study).Distinct())
            await Eventually.HoldsAsync(async () => await a.AnswerAsync(study) == "yes, stored", 120);
        Assert.Equal(SentStudy.Hashes(sent), SentStudy.HashesIn(pacs.Folder));
        Assert.Equal(sent.Count, b.Gateway.StoredFiles.Count);
        Assert.Empty(a.Events("returned").Concat(a.Events("refused")));
    }

    [Fact]
    public async Task A_study_for_nobody_comes_back_and_is_a_dead_letter_with_the_servers_words()
    {
        Assert.SkipWhen(MailNetwork.WhyNot is not null, MailNetwork.WhyNot ?? "");
        await using var network = await MailNetwork.StartAsync();
        await using var a = Site.WithServers("north", "gw@site-a.test", network, network.SiteA, "south", network.SmtpPorts);
        await using var b = Site.WithServers("south", "nobody@site-b.test", network, network.SiteB, "north", network.SmtpPorts);
        a.Knows(b);
        await a.Gateway.StartAsync();

        await SentStudy.StoreAsync(a.Gateway, SentStudy.Of(2));

        await Eventually.HoldsAsync(async () => (await a.AskAsync("dead-letters"))!.AsArray().Count == 2, 60);
        Assert.All((await a.AskAsync("dead-letters"))!.AsArray(), letter => Assert.Contains("550 5.1.1", (string?)letter!["reason"], StringComparison.Ordinal));
        Assert.Equal("no: dead letters", (string?)(await a.AskAsync("studies/1.2.3/trace"))!["arrivals"]![0]!["answer"]);
    }
}
