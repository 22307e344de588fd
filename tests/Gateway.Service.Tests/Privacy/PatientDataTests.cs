using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dicom.Coercion;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Alarming;
using Gateway.Service.Tests.Auditing;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Privacy;

/// <summary>Where the name, the number and the accession number of a patient go, whatever happens to the images: into the audit log the number, and nothing anywhere else.</summary>
public sealed class PatientDataTests
{
    private const string Name = "Zwiebelfisch^Quirina";
    private const string Number = "PAT-8157-QX";
    private const string Accession = "ACC-9264-ZK";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_log_metric_health_report_alarm_or_console_line_names_a_patient_and_the_audit_log_has_the_number_alone()
    {
        Assert.SkipUnless(MailPeer.IsInstalled, "aiosmtpd is not installed");
        var (mailPort, webPort) = (Dcmtk.FreePort(), Dcmtk.FreePort());
        await using var mail = await MailPeer.StartAsync(mailPort, Cancellation);
        await using var web = new WebhookPeer(webPort, "a token");
        await using var refusing = new RefusingPacs();
        await using var gateway = await GatewayProcess.StartedAsync(configuration =>
        {
            AuditedGatewayTests.DeliverTo(configuration, refusing.Port);
            configuration["alarms"]!["mail"] = JsonNode.Parse(
                $$"""{ "host": "127.0.0.1", "port": {{mailPort}}, "startTls": "none", "authorityFile": "", "from": "gateway@site.example", "to": [ "pacs@site.example" ] }""");
            configuration["alarms"]!["webhook"] = JsonNode.Parse($$"""{ "url": "http://127.0.0.1:{{webPort}}/", "tokenFile": "D:\\VISUS\\data\\webhook.token" }""");
        });
        gateway.Lay("webhook.token", "a token");
        var phantom = new CtPhantom(1);
        var image = Named(phantom);
        Assert.Equal(DimseStatus.Success, await gateway.StoreFileAsync(image)); // stored, and a dead letter soon
        Assert.Equal(DimseStatus.Success, await gateway.StoreFileAsync(image)); // a duplicate
        Assert.Equal(new DimseStatus(0xC001), await gateway.StoreFileAsync([.. image[..^1], (byte)(image[^1] ^ 1)])); // to quarantine
        Assert.Equal(DimseStatus.CannotUnderstand, await gateway.StoreFileAsync(image[..^7])); // refused
        Assert.Equal(DimseStatus.DataSetDoesNotMatch, await gateway.StoreFileAsync([.. new CtPhantom(2).Meta.ToBytes(), .. image[phantom.Meta.ToBytes().Length..]]));
        var mails = await mail.HasAsync(2, Cancellation);
        var posts = await web.HasAsync(2, Cancellation);
        var said = new Dictionary<string, string>
        {
            ["metrics"] = await gateway.MetricsAsync(),
            ["health"] = (await gateway.HealthAsync()).Report.ToJsonString(),
            ["mail"] = string.Concat(mails),
            ["webhook"] = string.Concat(posts.Select(post => post.ToJsonString())),
        };
        await gateway.StopAsync();
        said["log"] = string.Join('\n', gateway.LogLines());
        said["console"] = gateway.Output;
        var audit = string.Join('\n', gateway.AuditLines());

        Assert.Contains("GW8001", said["log"], StringComparison.Ordinal);
        Assert.Contains("GW8004", said["mail"], StringComparison.Ordinal);
        Assert.Contains("refused with", said["console"], StringComparison.Ordinal);
        string[] secrets = [.. new[] { Name, Number, Accession }.SelectMany(secret => secret.Split('^')), phantom.StudyInstanceUid.Value, phantom.SopInstanceUid.Value];
        foreach (var (where, text) in said)
            Assert.All(secrets, secret => Assert.False(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{where} has {secret}"));
        Assert.Contains($"ParticipantObjectID=\"{Number}\"", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("Zwiebelfisch", audit, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Accession, audit, StringComparison.Ordinal);
    }

    private static byte[] Named(CtPhantom phantom)
    {
        using var named = new MemoryStream();
        new InstanceCoercion(
            [new AttributeChange.Replace(new Tag(0x0010, 0x0010), Name), new AttributeChange.Replace(new Tag(0x0010, 0x0020), Number), new AttributeChange.Replace(new Tag(0x0008, 0x0050), Accession)],
            "PACS", "", DateTimeOffset.UnixEpoch).Apply(new MemoryStream(phantom.ToFile()), named, DataSetLimits.Default, Cancellation);
        var file = named.ToArray();
        Assert.True(file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Name)) > 0);
        return file;
    }
}
