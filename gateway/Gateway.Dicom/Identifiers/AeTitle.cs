using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gateway.Dicom.Identifiers;

/// <summary>
/// An application entity title (PS3.5 section 6.2, VR AE; PS3.8 section 9.3.2): 1 to 16 characters of the default repertoire without
/// backslash and control characters. Surrounding spaces do not count; upper and lower case differ.
/// </summary>
public readonly record struct AeTitle
{
    /// <summary>The longest title, and the width of its field in a PDU, in characters.</summary>
    public const int MaximumLength = 16;

    private readonly string? text;

    private AeTitle(string text) => this.text = text;

    /// <summary>The title without padding.</summary>
    public string Value => text ?? throw new InvalidOperationException("A default AeTitle has no value.");

    /// <summary>Reads a title from text.</summary>
    /// <exception cref="FormatException">The text is not an AE title.</exception>
    public static AeTitle Parse(string text) =>
        TryParse(text, out var title)
            ? title
            : throw new FormatException(
                $"\"{text}\" is not an AE title: 1 to 16 printable ASCII characters without backslash are allowed.");

    /// <summary>Reads a title from text.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AeTitle title)
    {
        var trimmed = text?.Trim(' ');
        if (trimmed is null or { Length: 0 or > MaximumLength } || !trimmed.All(c => c is >= ' ' and <= '~' and not '\\'))
        {
            title = default;
            return false;
        }

        title = new AeTitle(trimmed);
        return true;
    }

    /// <summary>Reads the 16 byte field of a PDU; some devices pad it with NUL instead of spaces.</summary>
    public static AeTitle? FromField(ReadOnlySpan<byte> field) =>
        TryParse(Encoding.Latin1.GetString(field).TrimEnd('\0'), out var title) ? title : null;

    /// <summary>The title as the 16 byte field of a PDU, padded with spaces.</summary>
    public byte[] ToField() => Encoding.ASCII.GetBytes(Value.PadRight(MaximumLength));

    /// <summary>The title without padding.</summary>
    public override string ToString() => text ?? "";
}
