using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Dicom.Identifiers;

namespace Gateway.Service.Spooling;

/// <summary>
/// The name of an object in the spool, made of hashes and never of what the network sent: two characters, a slash, 32 characters of the
/// SHA-256 of the SOP instance UID, a dash, and 16 characters of the SHA-256 of the data set with its transfer syntax. So the versions of
/// one instance stand side by side, and the same version has the same name.
/// </summary>
/// <param name="InstanceHash">32 hexadecimal characters, lower case.</param>
/// <param name="ContentHash">16 hexadecimal characters, lower case.</param>
internal readonly record struct SpoolName(string InstanceHash, string ContentHash)
{
    public const string Extension = ".dicom";
    public const int InstanceHashLength = 32;
    public const int ContentHashLength = 16;

    /// <summary>The name of the subfolder.</summary>
    public string Subfolder => InstanceHash[..2];

    /// <summary>The name of the file in its subfolder.</summary>
    public string FileName => $"{InstanceHash}-{ContentHash}{Extension}";

    /// <summary>The instance as a number: a key of 16 bytes.</summary>
    public UInt128 Instance => Hex(InstanceHash);

    /// <summary>The version of it as a number.</summary>
    public UInt128 Version => Instance ^ Hex(ContentHash);

    /// <summary>Reads what <see cref="ToString"/> writes; null where it is something else.</summary>
    public static SpoolName? Parse(string name) =>
        name is [_, _, '/', ..] && name.EndsWith(Extension, StringComparison.Ordinal) ? OfFile(name[3..]) : null;

    /// <summary>The name of a file in a subfolder; null where it is none of ours.</summary>
    public static SpoolName? OfFile(string file) =>
        Path.GetFileNameWithoutExtension(file).Split('-') is [{ Length: InstanceHashLength } instance, { Length: ContentHashLength } content]
        && instance.All(char.IsAsciiHexDigitLower) && content.All(char.IsAsciiHexDigitLower)
            ? new SpoolName(instance, content)
            : null;

    private static UInt128 Hex(string hash) => UInt128.Parse(hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>How the ledger and the logs name it.</summary>
    public override string ToString() => $"{Subfolder}/{FileName}";

    /// <summary>The hash of a SOP instance UID, under which logs may name it.</summary>
    public static string HashOf(Uid sopInstance) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(sopInstance.Value)))[..InstanceHashLength];
}
