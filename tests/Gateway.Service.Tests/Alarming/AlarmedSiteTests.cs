using System.Text.Json.Nodes;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Auditing;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Alarming;

/// <summary>What people of the site hear of when images do not get where they belong.</summary>
public sealed class AlarmedSiteTests
{
    private readonly int mailPort = Dcmtk.FreePort();
    private readonly int webPort = Dcmtk.FreePort();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_letter_is_told_once_by_mail_and_web_and_log_even_where_both_are_away_and_names_no_patient()
    {
        Assert.SkipUnless(MailPeer.IsInstalled, "aiosmtpd is not installed");
        await using var refusing = new RefusingPacs();
        await using var gateway = await GatewayProcess.StartedAsync(configuration => Alarm(configuration, refusing.Port));
        gateway.Lay("webhook.token", "a token\n");
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(1)));
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(2)));
        await UntilLoggedAsync(gateway, "mail could not carry", "webhook could not carry");

        await using var mail = await MailPeer.StartAsync(mailPort, Cancellation);
        await using var web = new WebhookPeer(webPort, "a token", refusals: 1);
        var mails = await mail.HasAsync(1, Cancellation);
        var posts = await web.HasAsync(1, Cancellation);
        var changed = new CtPhantom(1).ToFile();
        changed[^1] ^= 1;
        await gateway.StoreFileAsync(changed); // another alarm, which comes behind the first
        mails = await mail.HasAsync(2, Cancellation);
        posts = await web.HasAsync(2, Cancellation);

        Assert.Equal(["GW8001", "GW8004"], posts.Select(post => (string)post["code"]!));
        Assert.Equal(("pacs", "raised", "error", "Example hospital"), ((string)posts[0]["subject"]!, (string)posts[0]["state"]!, (string)posts[0]["severity"]!, (string)posts[0]["site"]!));
        Assert.Contains("GW8001", mails[0], StringComparison.Ordinal);
        Assert.Contains("GW8004", mails[1], StringComparison.Ordinal);
        Assert.All(mails, one => Assert.Contains("Subject: DICOM-Mail gateway alarm", one, StringComparison.Ordinal));
        var phantom = new CtPhantom(1);
        Assert.All([.. mails, .. posts.Select(post => post.ToJsonString())], told =>
        {
            Assert.DoesNotContain("Rehearsal", told, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(phantom.StudyInstanceUid.Value, told, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"\d\.\d+\.\d+\.\d{4}", told); // any UID
        });
        var line = Assert.Single(gateway.LogLines(), line => line.Contains("GW8001", StringComparison.Ordinal) && !line.Contains("could not carry", StringComparison.Ordinal));
        Assert.Equal("GW8001", (string?)JsonNode.Parse(line)!["EventId"]!["Name"]);
    }

    private static async Task UntilLoggedAsync(GatewayProcess gateway, params string[] texts)
    {
        while (!texts.All(text => gateway.Output.Contains(text, StringComparison.Ordinal)))
            await Task.Delay(50, Cancellation);
    }

    private void Alarm(JsonObject configuration, int pacsPort)
    {
        AuditedGatewayTests.DeliverTo(configuration, pacsPort);
        configuration["alarms"]!["mail"] = JsonNode.Parse(
            $$"""{ "host": "127.0.0.1", "port": {{mailPort}}, "startTls": "none", "authorityFile": "", "from": "gateway@site.example", "to": [ "pacs@site.example" ] }""");
        configuration["alarms"]!["webhook"] = JsonNode.Parse($$"""{ "url": "http://127.0.0.1:{{webPort}}/alarms", "tokenFile": "D:\\VISUS\\data\\webhook.token" }""");
    }
}
