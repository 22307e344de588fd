using System.Formats.Asn1;

namespace Gwctl.Asking;

/// <summary>The HTTP addresses in an extension of a certificate that says where revocation is published.</summary>
internal static class RevocationAddresses
{
    // GeneralName, uniformResourceIdentifier [6] IA5String (RFC 5280 section 4.2.1.6).
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);

    /// <summary>Them.</summary>
    /// <param name="extension">The extension's value (DER).</param>
    public static IReadOnlyList<Uri> Of(ReadOnlyMemory<byte> extension)
    {
        var found = new List<Uri>();
        Collect(new AsnReader(extension, AsnEncodingRules.DER), found);
        return found;
    }

    private static void Collect(AsnReader reader, List<Uri> found)
    {
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            if (tag.HasSameClassAndValue(UniformResourceIdentifier) && !tag.IsConstructed)
            {
                var text = reader.ReadCharacterString(UniversalTagNumber.IA5String, tag);
                if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
                    found.Add(uri);
            }
            else if (tag.IsConstructed && !tag.HasSameClassAndValue(Asn1Tag.SetOf))
            {
                Collect(reader.ReadSequence(tag), found);
            }
            else
            {
                reader.ReadEncodedValue();
            }
        }
    }
}
