using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Installer.Building;

/// <summary>
/// The GUIDs of an MSI, computed: the same content is the same product and the same package, wherever and whenever it is built, and any other content is another one.
/// </summary>
internal static class Identity
{
    /// <summary>The same for every version: Windows Installer finds earlier ones by it. Never changed.</summary>
    public static Guid Upgrade { get; } = new("5f0c0c5e-6a1b-4f0e-9d53-1f2b7c9a4e10");

    /// <summary>Digest of everything that an MSI is made of.</summary>
    /// <param name="version">The product's version.</param>
    /// <param name="files">The files.</param>
    /// <param name="source">The source that they are rendered into.</param>
    public static string Content(string version, IEnumerable<ProductFile> files, string source) =>
        Digest(string.Join('\n', (string[])[version, .. files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Sha256} {file.Size} {file.Name}")), source]));

    /// <summary>A GUID that a text stands for (RFC 9562, version 8: made by rules of our own).</summary>
    /// <param name="what">What it identifies.</param>
    /// <param name="of">The text.</param>
    public static Guid Of(string what, string of)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"dicom-mail gateway/{what}/{of}"))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>As Windows Installer writes one.</summary>
    public static string Show(Guid guid) => guid.ToString("B").ToUpperInvariant();

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
