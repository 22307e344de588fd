using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Coercion;

/// <summary>What is changed in an attribute of the top level.</summary>
/// <param name="Tag">The attribute.</param>
public abstract record AttributeChange(Tag Tag)
{
    /// <summary>The value becomes another; the attribute is added where it is absent.</summary>
    /// <param name="Tag">The attribute, of a VR of text.</param>
    /// <param name="Text">The new text; several values are joined by backslashes.</param>
    public sealed record Replace(Tag Tag, string Text) : AttributeChange(Tag);

    /// <summary>Every value gets a prefix; an attribute that is absent or empty stays so.</summary>
    /// <param name="Tag">The attribute, of a VR of text.</param>
    /// <param name="Text">The prefix.</param>
    public sealed record Prefix(Tag Tag, string Text) : AttributeChange(Tag);

    /// <summary>Every value becomes the one that a table has for it; an attribute that is absent or empty stays so.</summary>
    /// <param name="Tag">The attribute, of a VR of text.</param>
    /// <param name="Table">The new value of each old one, without padding.</param>
    /// <param name="Rule">Names the table for whoever mends it.</param>
    /// <param name="UnmappedPrefix">The prefix of a value that the table lacks; null where such an instance cannot be coerced.</param>
    public sealed record Map(Tag Tag, IReadOnlyDictionary<string, string> Table, string Rule, string? UnmappedPrefix) : AttributeChange(Tag);

    /// <summary>The sequence becomes one item; it is added where it is absent.</summary>
    /// <param name="Tag">The sequence.</param>
    /// <param name="Texts">The attributes of the item, of VRs of text.</param>
    public sealed record ReplaceItem(Tag Tag, IReadOnlyList<Replace> Texts) : AttributeChange(Tag);

    /// <summary>Patient ID (0010,0020) with Issuer of Patient ID (0010,0021), so that ids of two houses do not collide.</summary>
    /// <param name="id">The new id.</param>
    /// <param name="issuer">Who issued it.</param>
    public static IReadOnlyList<AttributeChange> PatientId(string id, string issuer) =>
        [new Replace(new Tag(0x0010, 0x0020), id), new Replace(new Tag(0x0010, 0x0021), issuer)];

    /// <summary>
    /// Accession Number (0008,0050) with Issuer of Accession Number Sequence (0008,0051), whose Local Namespace Entity ID (0040,0031) names
    /// the house (PS3.3 table 10-17).
    /// </summary>
    /// <param name="number">The new number.</param>
    /// <param name="issuer">Who issued it.</param>
    public static IReadOnlyList<AttributeChange> AccessionNumber(string number, string issuer) =>
    [
        new Replace(new Tag(0x0008, 0x0050), number),
        new ReplaceItem(new Tag(0x0008, 0x0051), [new Replace(new Tag(0x0040, 0x0031), issuer)]),
    ];
}
