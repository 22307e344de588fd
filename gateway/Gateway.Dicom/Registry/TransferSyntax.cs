using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Registry;

/// <summary>A transfer syntax (PS3.5 section 10 and annex A, registered in PS3.6 annex A).</summary>
/// <param name="Uid">Its UID.</param>
public readonly record struct TransferSyntax(Uid Uid)
{
    private const string Root = "1.2.840.10008.1.2";

    /// <summary>Implicit VR Little Endian, which every application knows.</summary>
    public static TransferSyntax ImplicitVrLittleEndian => new(Uid.Parse(Root));

    /// <summary>Explicit VR Little Endian.</summary>
    public static TransferSyntax ExplicitVrLittleEndian => new(Uid.Parse(Root + ".1"));

    /// <summary>Explicit VR Big Endian (retired).</summary>
    public static TransferSyntax ExplicitVrBigEndian => new(Uid.Parse(Root + ".2"));

    /// <summary>Deflated Explicit VR Little Endian.</summary>
    public static TransferSyntax DeflatedExplicitVrLittleEndian => new(Uid.Parse(Root + ".1.99"));

    /// <summary>
    /// How data sets in it are laid out. A DICOM syntax that is registered after this was written is encapsulated and therefore explicit
    /// little endian (PS3.5 annex A.4); a private one is opaque.
    /// </summary>
    public DataSetEncoding Encoding => Uid.Value switch
    {
        Root or "1.2.840.113619.5.2" => DataSetEncoding.ImplicitLittleEndian, // the second is GE's: only its pixels are big endian
        Root + ".2" => DataSetEncoding.ExplicitBigEndian,
        Root + ".1.99" or Root + ".4.95" or Root + ".4.205" => DataSetEncoding.Deflated, // the others are JPIP's deflated forms
        var value when value.StartsWith(Root + ".", StringComparison.Ordinal) => DataSetEncoding.ExplicitLittleEndian,
        _ => DataSetEncoding.Opaque,
    };

    /// <summary>The UID.</summary>
    public override string ToString() => Uid.ToString();
}
