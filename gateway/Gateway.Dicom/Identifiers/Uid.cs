using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Dicom.Identifiers;

/// <summary>
/// A unique identifier (PS3.5 section 9), 1 to 64 characters. Real devices write UIDs that PS3.5 forbids (a component with a leading
/// zero, a letter), and their images must still arrive: every visible ASCII character except the backslash is taken, and
/// <see cref="IsConformant"/> says whether the text obeys the standard. A UID is therefore never safe as a file name.
/// </summary>
public readonly record struct Uid
{
    /// <summary>The longest UID, in characters (PS3.5 section 9.1).</summary>
    public const int MaximumLength = 64;

    private readonly string? text;

    private Uid(string text) => this.text = text;

    /// <summary>The text without padding.</summary>
    public string Value => text ?? throw new InvalidOperationException("A default Uid has no value.");

    /// <summary>Whether the text obeys PS3.5 section 9.1: components of digits, joined by single dots, no leading zeros.</summary>
    public bool IsConformant =>
        text is not null && text.Split('.').All(component =>
            component.Length > 0 && component.All(char.IsAsciiDigit) && (component.Length == 1 || component[0] != '0'));

    /// <summary>Reads a UID from text; trailing NUL and surrounding spaces are padding.</summary>
    /// <exception cref="FormatException">The text is not a UID.</exception>
    public static Uid Parse(string text) =>
        TryParse(text, out var uid)
            ? uid
            : throw new FormatException($"\"{text}\" is not a DICOM UID: 1 to 64 visible characters are allowed.");

    /// <summary>Reads a UID from text; trailing NUL and surrounding spaces are padding.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Uid uid)
    {
        var trimmed = text?.Trim('\0', ' ');
        if (trimmed is null or { Length: 0 or > MaximumLength } || !trimmed.All(c => c is > ' ' and <= '~' and not '\\'))
        {
            uid = default;
            return false;
        }

        uid = new Uid(trimmed);
        return true;
    }

    /// <summary>Reads a UID as it stands on the wire (ISO 646, padded with NUL or space).</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Uid uid)
    {
        uid = default;
        return bytes.Length <= MaximumLength + 2 && TryParse(Encoding.Latin1.GetString(bytes), out uid);
    }

    /// <summary>The UID of a UUID: <c>2.25.</c> and its value as a decimal number (PS3.5 annex B.2).</summary>
    public static Uid FromUuid(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return new Uid("2.25." + System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The UID that a name gives, always the same: of a UUID of version 8, which is of its maker's own design (RFC 9562 section 5.8).</summary>
    /// <param name="name">The name.</param>
    public static Uid OfName(string name)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return FromUuid(new Guid(hash.AsSpan(0, 16), bigEndian: true));
    }

    /// <summary>The text without padding.</summary>
    public override string ToString() => text ?? "";
}
