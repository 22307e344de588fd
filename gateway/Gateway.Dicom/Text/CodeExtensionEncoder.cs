using System.Text;
using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Text;

/// <summary>
/// Encodes text with the code extension techniques of ISO/IEC 2022 (PS3.5 section 6.1.2.5), in the sets that a data set names and in no
/// other: before a delimiter and at the end G0 is what it was at the beginning.
/// </summary>
/// <param name="terms">The sets, the first of which the value begins with; escape sequences are written for more than one only.</param>
internal sealed class CodeExtensionEncoder(IReadOnlyList<DefinedTerm> terms)
{
    private readonly GraphicSet initialG0 = terms[0].G0 is { Width: 1 } set ? set : DefinedTerm.Default.G0!;
    private readonly GraphicSet? initialG1 = terms[0].G1 is { Width: 1 } second ? second : null;

    /// <summary>The bytes of a text; null, and the character, where one is in none of the sets.</summary>
    public byte[]? Encode(string text, ValueRepresentation vr, out Rune missing)
    {
        List<byte> bytes = new(text.Length);
        var (g0, g1) = (initialG0, initialG1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value < 0x20 || (rune.IsBmp && Delimiters.Reset((char)rune.Value, vr)))
            {
                g0 = Return(g0, bytes);
                bytes.Add((byte)rune.Value);
                g1 = Delimiters.Reset((char)rune.Value, vr) ? initialG1 : g1;
                continue;
            }

            if (rune.Value == ' ')
            {
                g0 = Return(g0, bytes);
                bytes.Add((byte)' ');
                continue;
            }

            var character = rune.ToString();
            if ((Encode(g0, character, vr) ?? Encode(g1, character, vr)) is { } current)
            {
                bytes.AddRange(current);
                continue;
            }

            if (Find(character, vr) is not var (other, coded))
            {
                missing = rune;
                return null;
            }

            Designate(other, bytes);
            (g0, g1) = other.IsG0 ? (other, g1) : (g0, other);
            bytes.AddRange(coded);
        }

        Return(g0, bytes);
        missing = default;
        return [.. bytes];
    }

    private GraphicSet Return(GraphicSet g0, List<byte> bytes)
    {
        if (g0 != initialG0)
            Designate(initialG0, bytes);
        return initialG0;
    }

    private static void Designate(GraphicSet set, List<byte> bytes)
    {
        bytes.Add(0x1B);
        bytes.AddRange(set.Escape);
    }

    /// <summary>The bytes of a character in a set, unless they would be a delimiter, as the yen sign is a backslash in ISO-IR 14.</summary>
    private static byte[]? Encode(GraphicSet? set, string character, ValueRepresentation vr) =>
        set?.Encode(character) is { } bytes && (bytes.Length > 1 || !Delimiters.Reset((char)bytes[0], vr)) ? bytes : null;

    private (GraphicSet Set, byte[] Bytes)? Find(string character, ValueRepresentation vr)
    {
        foreach (var set in terms.SelectMany(term => new[] { term.G0, term.G1 }))
        {
            if (Encode(set, character, vr) is { } bytes)
                return (set!, bytes);
        }

        return null;
    }
}
