using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Text;

/// <summary>
/// The Specific Character Set (0008,0005) of a data set: how its text is decoded and encoded (PS3.5 section 6.1, PS3.3 section
/// C.12.1.1.2).
/// </summary>
public sealed class SpecificCharacterSet
{
    private readonly IReadOnlyList<DefinedTerm> sets;
    private readonly Encoding? whole;

    private SpecificCharacterSet(IReadOnlyList<string> terms)
    {
        Terms = terms;
        UnknownTerms = [.. terms.Where(term => DefinedTerm.Parse(term) is null)];
        var known = terms.Select(DefinedTerm.Parse).OfType<DefinedTerm>().DefaultIfEmpty(DefinedTerm.Default).ToList();
        // UTF-8 and the GB encodings stand alone (PS3.3 section C.12.1.1.2). They contain ASCII, so that an empty first value does no harm.
        var alone = known[0] == DefinedTerm.Default ? known.FirstOrDefault(term => term.Whole is not null) : known[0];
        whole = alone?.Whole;
        sets = [.. known.Where(term => term.Whole is null)];
    }

    /// <summary>The default repertoire, ISO IR 6, of a data set that names no other.</summary>
    public static SpecificCharacterSet Default { get; } = new([]);

    /// <summary>The terms as the data set writes them; an empty one is the default repertoire.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>The terms that no part of the standard defines; text is decoded as if they were not there.</summary>
    public IReadOnlyList<string> UnknownTerms { get; }

    /// <summary>The character set that the value of (0008,0005) names; a term that is not known is passed over.</summary>
    /// <param name="value">The bytes of the value.</param>
    public static SpecificCharacterSet Parse(ReadOnlySpan<byte> value) => Parse(Encoding.Latin1.GetString(value));

    /// <summary>The character set that the value of (0008,0005) names; a term that is not known is passed over.</summary>
    /// <param name="value">The terms, joined by backslashes.</param>
    public static SpecificCharacterSet Parse(string value) => new([.. value.Split('\\').Select(term => term.Trim(' ', '\0'))]);

    /// <summary>The text of a value, without padding; bytes that stand for no character are U+FFFD. It never fails.</summary>
    /// <param name="value">The bytes of the value.</param>
    /// <param name="vr">Its VR; it says which repertoire holds, what separates values and what is padding (PS3.5 section 6.2).</param>
    public string Decode(ReadOnlySpan<byte> value, ValueRepresentation vr)
    {
        if (vr.IsText && !vr.IsInCharacterSet && this != Default)
            return Default.Decode(value, vr);
        var text = whole?.GetString(value) ?? new CodeExtensionDecoder(sets).Decode(value, vr);
        return vr.IsOneText ? text.TrimEnd(' ', '\0') : text.TrimEnd('\0').Trim(' ');
    }

    /// <summary>
    /// The bytes of a text, without padding to an even length. False where a character is in none of the sets that the data set names; the
    /// reason names the character by its number and the sets, and may be logged.
    /// </summary>
    /// <param name="text">The text; several values are joined by backslashes.</param>
    /// <param name="vr">The VR of the element.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="reason">Why there are none.</param>
    public bool TryEncode(
        string text, ValueRepresentation vr, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? reason)
    {
        if (vr.IsText && !vr.IsInCharacterSet && this != Default)
            return Default.TryEncode(text, vr, out bytes, out reason);
        Rune missing;
        if (whole is null)
            bytes = new CodeExtensionEncoder(sets).Encode(text, vr, out missing);
        else
            bytes = EncodeWhole(text, whole, out missing);
        reason = bytes is null ? $"U+{missing.Value:X4} is not in the character set {this}" : null;
        return bytes is not null;
    }

    /// <summary>The terms, joined by backslashes.</summary>
    public override string ToString() => Terms.All(term => term.Length == 0) ? "ISO_IR 6" : string.Join('\\', Terms);

    private static byte[]? EncodeWhole(string text, Encoding encoding, out Rune missing)
    {
        missing = default;
        try
        {
            return encoding.GetBytes(text);
        }
        catch (EncoderFallbackException failure)
        {
            missing = failure.IsUnknownSurrogate()
                ? new Rune(failure.CharUnknownHigh, failure.CharUnknownLow)
                : Rune.TryCreate(failure.CharUnknown, out var rune) ? rune : Rune.ReplacementChar;
            return null;
        }
    }
}
