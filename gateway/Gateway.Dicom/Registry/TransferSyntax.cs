using Gateway.Dicom.Identifiers;

namespace Gateway.Dicom.Registry;

/// <summary>A transfer syntax (PS3.5 section 10 and annex A, registered in PS3.6 annex A).</summary>
/// <param name="Uid">Its UID.</param>
public readonly record struct TransferSyntax(Uid Uid)
{
    private const string Root = "1.2.840.10008.1.2";
    private const string GeBigEndianPixels = "1.2.840.113619.5.2";

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
        Root or GeBigEndianPixels => DataSetEncoding.ImplicitLittleEndian, // the second is GE's: only its pixels are big endian
        Root + ".2" => DataSetEncoding.ExplicitBigEndian,
        Root + ".1.99" or Root + ".4.95" or Root + ".4.205" => DataSetEncoding.Deflated, // the others are JPIP's deflated forms
        var value when value.StartsWith(Root + ".", StringComparison.Ordinal) => DataSetEncoding.ExplicitLittleEndian,
        _ => DataSetEncoding.Opaque,
    };

    /// <summary>RLE Lossless.</summary>
    public static TransferSyntax RleLossless => new(Uid.Parse(Root + ".5"));

    /// <summary>Whether native pixels have their high byte first, though all else is little endian: a private syntax of GE's.</summary>
    public bool HasBigEndianPixels => Uid.Value == GeBigEndianPixels;

    /// <summary>
    /// Whether pixel data is encapsulated (PS3.5 annex A.4): of every DICOM syntax that is none of the four native ones, also where the data
    /// set refers to pixels elsewhere.
    /// </summary>
    public bool IsEncapsulated => Uid.Value is not (Root or Root + ".1" or Root + ".2" or Root + ".1.99" or GeBigEndianPixels)
        && Encoding != DataSetEncoding.Opaque;

    /// <summary>The UID.</summary>
    public override string ToString() => Uid.ToString();
}
