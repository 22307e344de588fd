using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace Gateway.Service.Tests.Auditing;

/// <summary>What PS3.15 section A.5.1 says of the form of an audit message, as an XML Schema of our own.</summary>
internal static class AuditSchema
{
    private const string Text =
        """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:attributeGroup name="code">
            <xs:attribute name="csd-code" type="xs:token" use="required"/>
            <xs:attribute name="codeSystemName" type="xs:token" use="required"/>
            <xs:attribute name="displayName" type="xs:token"/>
            <xs:attribute name="originalText" type="xs:token" use="required"/>
          </xs:attributeGroup>
          <xs:complexType name="coded"><xs:attributeGroup ref="code"/></xs:complexType>
          <xs:complexType name="uid"><xs:attribute name="UID" type="uidText" use="required"/></xs:complexType>
          <xs:simpleType name="uidText"><xs:restriction base="xs:token"><xs:pattern value="[0-2]((\.0)|(\.[1-9][0-9]*))*"/></xs:restriction></xs:simpleType>
          <xs:element name="AuditMessage"><xs:complexType><xs:sequence>
            <xs:element name="EventIdentification"><xs:complexType>
              <xs:sequence>
                <xs:element name="EventID" type="coded"/>
                <xs:element name="EventTypeCode" type="coded" minOccurs="0" maxOccurs="unbounded"/>
                <xs:element name="EventOutcomeDescription" type="xs:string" minOccurs="0"/>
              </xs:sequence>
              <xs:attribute name="EventActionCode"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[CRUDE]"/></xs:restriction></xs:simpleType></xs:attribute>
              <xs:attribute name="EventDateTime" type="xs:dateTime" use="required"/>
              <xs:attribute name="EventOutcomeIndicator" use="required"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="0|4|8|12"/></xs:restriction></xs:simpleType></xs:attribute>
            </xs:complexType></xs:element>
            <xs:element name="ActiveParticipant" maxOccurs="unbounded"><xs:complexType>
              <xs:sequence>
                <xs:element name="RoleIDCode" type="coded" minOccurs="0" maxOccurs="unbounded"/>
                <xs:element name="MediaIdentifier" minOccurs="0"><xs:complexType><xs:sequence><xs:element name="MediaType" type="coded"/></xs:sequence></xs:complexType></xs:element>
              </xs:sequence>
              <xs:attribute name="UserID" type="xs:string" use="required"/>
              <xs:attribute name="AlternativeUserID" type="xs:string"/>
              <xs:attribute name="UserName" type="xs:string"/>
              <xs:attribute name="UserIsRequestor" type="xs:boolean" use="required"/>
              <xs:attribute name="NetworkAccessPointID" type="xs:token"/>
              <xs:attribute name="NetworkAccessPointTypeCode"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[1-5]"/></xs:restriction></xs:simpleType></xs:attribute>
            </xs:complexType></xs:element>
            <xs:element name="AuditSourceIdentification"><xs:complexType>
              <xs:sequence><xs:element name="AuditSourceTypeCode" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
                <xs:attribute name="csd-code" use="required"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[1-9]"/></xs:restriction></xs:simpleType></xs:attribute>
              </xs:complexType></xs:element></xs:sequence>
              <xs:attribute name="AuditEnterpriseSiteID" type="xs:token"/>
              <xs:attribute name="AuditSourceID" type="xs:token" use="required"/>
            </xs:complexType></xs:element>
            <xs:element name="ParticipantObjectIdentification" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
              <xs:sequence>
                <xs:element name="ParticipantObjectIDTypeCode" type="coded"/>
                <xs:choice><xs:element name="ParticipantObjectName" type="xs:token"/><xs:element name="ParticipantObjectQuery" type="xs:base64Binary"/></xs:choice>
                <xs:element name="ParticipantObjectDetail" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
                  <xs:attribute name="type" type="xs:token" use="required"/><xs:attribute name="value" type="xs:base64Binary" use="required"/>
                </xs:complexType></xs:element>
                <xs:element name="ParticipantObjectDescription" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
                  <xs:element name="MPPS" type="uid" minOccurs="0" maxOccurs="unbounded"/>
                  <xs:element name="Accession" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:attribute name="Number" type="xs:token" use="required"/></xs:complexType></xs:element>
                  <xs:element name="SOPClass" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
                    <xs:sequence><xs:element name="Instance" type="uid" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
                    <xs:attribute name="UID" type="uidText"/><xs:attribute name="NumberOfInstances" type="xs:integer" use="required"/>
                  </xs:complexType></xs:element>
                </xs:sequence></xs:complexType></xs:element>
              </xs:sequence>
              <xs:attribute name="ParticipantObjectID" type="xs:token" use="required"/>
              <xs:attribute name="ParticipantObjectTypeCode"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[1-4]"/></xs:restriction></xs:simpleType></xs:attribute>
              <xs:attribute name="ParticipantObjectTypeCodeRole"><xs:simpleType><xs:restriction base="xs:integer"><xs:minInclusive value="1"/><xs:maxInclusive value="26"/></xs:restriction></xs:simpleType></xs:attribute>
              <xs:attribute name="ParticipantObjectDataLifeCycle"><xs:simpleType><xs:restriction base="xs:integer"><xs:minInclusive value="1"/><xs:maxInclusive value="15"/></xs:restriction></xs:simpleType></xs:attribute>
              <xs:attribute name="ParticipantObjectSensitivity" type="xs:token"/>
            </xs:complexType></xs:element>
          </xs:sequence></xs:complexType></xs:element>
        </xs:schema>
        """;

    private static readonly XmlSchemaSet Schemas = Load();

    /// <summary>The message, which has the form; an exception says what it has not.</summary>
    public static XElement Valid(string message)
    {
        var document = XDocument.Parse(message);
        document.Validate(Schemas, (_, problem) => throw problem.Exception);
        return document.Root!;
    }

    private static XmlSchemaSet Load()
    {
        using var text = new StringReader(Text);
        using var reader = XmlReader.Create(text);
        var schemas = new XmlSchemaSet();
        schemas.Add("", reader);
        return schemas;
    }
}
