using System.Globalization;
using System.Text;
using System.Xml;

namespace Gateway.Service.Auditing;

/// <summary>
/// Writes an audit message in the form of PS3.15 section A.5.1, in one line: a line end inside a value is a character reference. A
/// character that XML has no way to write becomes U+FFFD.
/// </summary>
internal sealed class AuditXml : IDisposable
{
    private const string ApplicationServer = "4"; // section A.5.1.2.1
    private const char Replacement = '\uFFFD';

    private static readonly XmlWriterSettings Settings = new() { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.Entitize, Indent = false };

    private readonly StringBuilder text = new();
    private readonly XmlWriter xml;

    private AuditXml() => xml = XmlWriter.Create(text, Settings);

    /// <summary>The message as XML.</summary>
    /// <param name="message">The message.</param>
    /// <param name="source">Who reports it.</param>
    public static string Write(AuditMessage message, AuditSource source)
    {
        using var writer = new AuditXml();
        writer.Message(message, source);
        writer.xml.Flush();
        return writer.text.ToString();
    }

    public void Dispose() => xml.Dispose();

    private void Message(AuditMessage message, AuditSource source)
    {
        xml.WriteStartElement("AuditMessage");
        Event(message);
        foreach (var participant in message.Participants)
            Participant(participant);
        xml.WriteStartElement("AuditSourceIdentification");
        Attribute("AuditEnterpriseSiteID", source.Site);
        Attribute("AuditSourceID", source.Id);
        xml.WriteStartElement("AuditSourceTypeCode");
        Attribute("csd-code", ApplicationServer);
        xml.WriteEndElement();
        xml.WriteEndElement();
        foreach (var subject in message.Objects)
            Object(subject);
        xml.WriteEndElement();
    }

    private void Event(AuditMessage message)
    {
        xml.WriteStartElement("EventIdentification");
        Attribute("EventActionCode", message.Action.ToString()[..1]);
        Attribute("EventDateTime", message.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Attribute("EventOutcomeIndicator", ((int)message.Outcome).ToString(CultureInfo.InvariantCulture));
        Code("EventID", message.Event);
        if (message.Type is { } type)
            Code("EventTypeCode", type);
        if (message.OutcomeDescription is { } description)
            Element("EventOutcomeDescription", description);
        xml.WriteEndElement();
    }

    private void Participant(AuditParticipant participant)
    {
        xml.WriteStartElement("ActiveParticipant");
        Attribute("UserID", participant.UserId);
        if (participant.AeTitle is { } title)
            Attribute("AlternativeUserID", $"AETITLES={title}");
        Attribute("UserIsRequestor", participant.IsRequestor ? "true" : "false");
        if (participant.Address is { } address)
        {
            Attribute("NetworkAccessPointID", address);
            Attribute("NetworkAccessPointTypeCode", System.Net.IPAddress.TryParse(address, out _) ? "2" : "1");
        }

        if (participant.Role is { } role)
            Code("RoleIDCode", role);
        xml.WriteEndElement();
    }

    private void Object(AuditObject subject)
    {
        var (type, role) = subject switch
        {
            AuditObject.Patient => ("1", "1"), // a person, a patient
            AuditObject.Study => ("2", "3"), // a system object, a report
            _ => ("2", null),
        };
        xml.WriteStartElement("ParticipantObjectIdentification");
        Attribute("ParticipantObjectID", subject.Id);
        Attribute("ParticipantObjectTypeCode", type);
        if (role is not null)
            Attribute("ParticipantObjectTypeCodeRole", role);
        Code("ParticipantObjectIDTypeCode", subject.IdType);
        Element("ParticipantObjectName", ""); // a name or a query is required; the number says enough
        if (subject is AuditObject.Node node)
        {
            xml.WriteStartElement("ParticipantObjectDetail");
            Attribute("type", "Alert Description");
            Attribute("value", Convert.ToBase64String(Encoding.UTF8.GetBytes(node.Alert)));
            xml.WriteEndElement();
        }

        if (subject is AuditObject.Study study)
            SopClasses(study);
        xml.WriteEndElement();
    }

    private void SopClasses(AuditObject.Study study)
    {
        xml.WriteStartElement("ParticipantObjectDescription");
        foreach (var (sopClass, count) in study.SopClasses.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            xml.WriteStartElement("SOPClass");
            Attribute("UID", sopClass);
            Attribute("NumberOfInstances", count.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private void Code(string name, AuditCode code)
    {
        xml.WriteStartElement(name);
        Attribute("csd-code", code.Code);
        Attribute("codeSystemName", code.System);
        Attribute("originalText", code.Meaning);
        xml.WriteEndElement();
    }

    private void Attribute(string name, string value) => xml.WriteAttributeString(name, Writable(value));

    private void Element(string name, string value)
    {
        xml.WriteStartElement(name);
        foreach (var (index, line) in Writable(value).Split('\n').Index())
        {
            if (index > 0)
                xml.WriteCharEntity('\n');
            xml.WriteString(line);
        }

        xml.WriteEndElement();
    }

    private static string Writable(string value)
    {
        var characters = value.ToCharArray();
        for (var index = 0; index < characters.Length; index++)
        {
            if (index + 1 < characters.Length && XmlConvert.IsXmlSurrogatePair(characters[index + 1], characters[index]))
                index++;
            else if (!XmlConvert.IsXmlChar(characters[index]))
                characters[index] = Replacement;
        }

        return new string(characters);
    }
}
