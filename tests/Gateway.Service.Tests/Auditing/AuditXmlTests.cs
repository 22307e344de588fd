using System.Xml.Linq;
using System.Xml.Schema;
using Gateway.Service.Auditing;
using Xunit;

namespace Gateway.Service.Tests.Auditing;

/// <summary>The form of audit messages, whatever stands in them.</summary>
public sealed class AuditXmlTests
{
    private static readonly AuditSource Source = new("Klinik \"Süd\" <Ost> & Co", "DICOMMAIL");

    [Fact]
    public void Every_character_arrives_in_one_line_as_it_was_or_as_the_one_that_stands_for_what_xml_cannot_write()
    {
        for (var block = 0; block <= 0xFFFF; block += 0x100)
        {
            var text = string.Concat(Enumerable.Range(block, 0x100).Select(code => (char)code)) + "😀";
            var line = AuditXml.Write(Message(text), Source);
            Assert.DoesNotContain('\n', line);
            Assert.DoesNotContain('\r', line);
            var root = XElement.Parse(line, LoadOptions.PreserveWhitespace);
            var expected = string.Concat(text[..0x100].Select(c => IsWritable(c) ? c : '\uFFFD')) + "😀";
            Assert.Equal(expected, (string?)root.Elements("ParticipantObjectIdentification").Last().Attribute("ParticipantObjectID"));
            Assert.Equal(expected, (string?)root.Element("EventIdentification")!.Element("EventOutcomeDescription"));
        }
    }

    [Fact]
    public void A_message_has_the_form_of_the_standard_and_names_site_and_source()
    {
        var root = AuditSchema.Valid(AuditXml.Write(Message("4711"), Source));

        Assert.Equal(("Klinik \"Süd\" <Ost> & Co", "DICOMMAIL"), ((string?)root.Element("AuditSourceIdentification")!.Attribute("AuditEnterpriseSiteID"), (string?)root.Element("AuditSourceIdentification")!.Attribute("AuditSourceID")));
        Assert.Equal("2026-11-29T01:02:03.004Z", (string?)root.Element("EventIdentification")!.Attribute("EventDateTime"));
    }

    [Fact]
    public void What_has_another_form_is_told_from_it()
    {
        var whole = AuditXml.Write(Message("4711"), Source);

        foreach (var (from, to) in new[] { ("EventActionCode=\"E\"", "EventActionCode=\"X\""), ("<ParticipantObjectName></ParticipantObjectName>", ""), ("UserIsRequestor=\"true\"", ""), ("NumberOfInstances=\"3\"", "") })
        {
            var broken = whole.Replace(from, to, StringComparison.Ordinal).Replace("<ParticipantObjectName />", to.Length == 0 && from.StartsWith('<') ? "" : "<ParticipantObjectName />", StringComparison.Ordinal);
            Assert.NotEqual(whole, broken);
            Assert.ThrowsAny<XmlSchemaException>(() => AuditSchema.Valid(broken));
        }
    }

    private static bool IsWritable(char c) => c is '\t' or '\n' or '\r' or (>= ' ' and < '\uD800') or (>= '\uE000' and < '\uFFFE');

    private static AuditMessage Message(string text) => new()
    {
        Event = AuditCode.BeginTransferring,
        Action = AuditAction.Execute,
        OutcomeDescription = text,
        At = new DateTimeOffset(2026, 11, 29, 1, 2, 3, 4, TimeSpan.Zero),
        Participants = [new AuditParticipant("1", IsRequestor: true, AuditCode.Source, "PACS", "10.0.0.1"), new AuditParticipant("2", IsRequestor: false, AuditCode.Destination, "DICOMMAIL", "gateway")],
        Objects = [new AuditObject.Study("1.2.3", new Dictionary<string, int> { ["1.2.840.10008.5.1.4.1.1.2"] = 3 }), new AuditObject.Patient(text)],
    };
}
