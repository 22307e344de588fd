using System.Text.Json.Nodes;
using System.Xml.Linq;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Auditing;

/// <summary>What stands in the audit log of a gateway that has worked.</summary>
public sealed class AuditedGatewayTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_reception_delivery_and_stop_are_audited_with_who_and_what()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "storescp (dcmtk) is not installed");
        await using var pacs = await StoreScp.StartAsync(Cancellation);
        await using var gateway = await GatewayProcess.StartedAsync(configuration => DeliverTo(configuration, pacs.Port));
        var phantom = new CtPhantom(7);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom));
        await Eventually.HoldsAsync(() => Task.FromResult(gateway.AuditLines().Any(line => line.Contains("\"110104\"", StringComparison.Ordinal)))); // an association ends behind its release
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(phantom)); // a duplicate
        await Eventually.HoldsAsync(() => Task.FromResult(gateway.AuditLines().Count(line => line.Contains("AETITLES=STORESCP", StringComparison.Ordinal)) == 2));
        await gateway.StopAsync();

        var messages = gateway.AuditLines().Select(AuditSchema.Valid).ToList();

        Assert.Equal(("110100", "110120"), (EventOf(messages[0]), TypeOf(messages[0])));
        Assert.Equal(("110100", "110121"), (EventOf(messages[^1]), TypeOf(messages[^1])));
        var received = messages.Where(message => Participant(message, "110152") == "DICOMMAIL").ToList();
        Assert.Equal([("110102", "E"), ("110104", "C"), ("110102", "E"), ("110104", "R")], received.Select(message => (EventOf(message), ActionOf(message))));
        var sent = messages.Where(message => Participant(message, "110152") == "STORESCP").ToList();
        Assert.Equal([("110102", "E"), ("110104", "R")], sent.Select(message => (EventOf(message), ActionOf(message))));
        foreach (var transferred in new[] { received[1], sent[1] })
        {
            Assert.Equal("0", (string?)transferred.Element("EventIdentification")!.Attribute("EventOutcomeIndicator"));
            Assert.Equal(
                [phantom.StudyInstanceUid.Value, "REHEARSAL"], transferred.Elements("ParticipantObjectIdentification").Select(subject => (string)subject.Attribute("ParticipantObjectID")!));
            var sopClass = Assert.Single(transferred.Descendants("SOPClass"));
            Assert.Equal((phantom.Meta.SopClass.Value, "1"), ((string?)sopClass.Attribute("UID"), (string?)sopClass.Attribute("NumberOfInstances")));
        }

        Assert.Equal("127.0.0.1", (string?)received[0].Elements("ActiveParticipant").First().Attribute("NetworkAccessPointID"));
        Assert.Equal("PACS", Participant(received[0], "110153"));
    }

    [Fact]
    public async Task A_caller_that_is_not_let_in_is_a_security_alert_and_an_association_that_breaks_off_is_a_failed_transfer()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        await Assert.ThrowsAsync<AssociationRejectedException>(() => gateway.StoreAsync(new CtPhantom(1), gateway.Caller with { Calling = AeTitle.Parse("STRANGER") }));
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(1)));
        await Eventually.HoldsAsync(() => Task.FromResult(gateway.AuditLines().Any(line => line.Contains("\"110104\"", StringComparison.Ordinal))));
        var other = new CtPhantom(1).ToFile();
        other[^1] ^= 1;
        await gateway.StoreFileAsync(other);
        await gateway.StopAsync();

        var messages = gateway.AuditLines().Select(AuditSchema.Valid).ToList();

        var alert = Assert.Single(messages, message => EventOf(message) == "110113");
        Assert.Equal("110126", TypeOf(alert));
        Assert.Equal("STRANGER", (string?)Assert.Single(alert.Elements("ParticipantObjectIdentification")).Attribute("ParticipantObjectID"));
        var detail = Convert.FromBase64String((string)Assert.Single(alert.Descendants("ParticipantObjectDetail")).Attribute("value")!);
        Assert.Contains("calling AE title", System.Text.Encoding.UTF8.GetString(detail), StringComparison.Ordinal);
        var transferred = messages.Where(message => EventOf(message) == "110104").ToList();
        Assert.Equal(["0", "8"], transferred.Select(message => (string)message.Element("EventIdentification")!.Attribute("EventOutcomeIndicator")!));
        Assert.Contains("1 instances were refused", (string)transferred[1].Element("EventIdentification")!.Element("EventOutcomeDescription")!, StringComparison.Ordinal);
    }

    internal static void DeliverTo(JsonObject configuration, int port)
    {
        configuration["targets"]!["dicom"] = JsonNode.Parse(
            $$"""[ { "id": "pacs", "aeTitle": "STORESCP", "host": "127.0.0.1", "port": {{port}}, "patientIdPrefix": "", "patientIdIssuer": "", "accessionPrefix": "", "accessionIssuer": "", "storageCommitment": false, "commitmentMinutes": 60, "tls": { "certificateFile": "", "keyFile": "", "keyPasswordFile": "", "certificateSubject": "", "authorityFile": "", "checkPeer": true }, "userName": "", "passcodeFile": "", "maximumOperations": 1, "patientIdTable": "", "accessionTable": "", "unmapped": "deadLetter" } ]""");
        configuration["routes"] = JsonNode.Parse(
            """
            [ { "id": "all", "calledAeTitle": "", "callingAeTitle": "", "modality": "", "description": "", "bodyPart": "", "from": "", "until": "", "to": [ "pacs" ], "priority": "normal" } ]
            """);
    }

    private static string EventOf(XElement message) => (string)message.Element("EventIdentification")!.Element("EventID")!.Attribute("csd-code")!;

    private static string? TypeOf(XElement message) => (string?)message.Element("EventIdentification")!.Element("EventTypeCode")?.Attribute("csd-code");

    private static string ActionOf(XElement message) => (string)message.Element("EventIdentification")!.Attribute("EventActionCode")!;

    private static string? Participant(XElement message, string role) => message.Elements("ActiveParticipant")
        .Where(one => (string?)one.Element("RoleIDCode")?.Attribute("csd-code") == role).Select(one => ((string?)one.Attribute("AlternativeUserID"))?["AETITLES=".Length..]).SingleOrDefault();
}
