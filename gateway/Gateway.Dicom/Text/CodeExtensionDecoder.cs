using System.Text;
using Gateway.Dicom.DataSets;

namespace Gateway.Dicom.Text;

/// <summary>
/// Decodes text with the code extension techniques of ISO/IEC 2022 (PS3.5 section 6.1.2.5): escape sequences change what G0 and G1 hold
/// until a delimiter. A delimiter is none inside a character of two bytes.
/// </summary>
/// <param name="terms">The sets that the data set names, the first of which the value begins with.</param>
internal sealed class CodeExtensionDecoder(IReadOnlyList<DefinedTerm> terms)
{
    private const byte Esc = 0x1B;

    private readonly GraphicSet initialG0 = terms[0].G0 is { Width: 1 } set ? set : DefinedTerm.Default.G0!;

    /// <summary>Where the value begins without a G1, a later one holds: some devices write its escape sequence once, or never.</summary>
    private readonly GraphicSet? initialG1 = terms.Select(term => term.G1).FirstOrDefault(set => set is not null);

    public string Decode(ReadOnlySpan<byte> value, ValueRepresentation vr)
    {
        if (initialG0 == DefinedTerm.Default.G0 && !value.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return Encoding.ASCII.GetString(value); // as most text is
        var text = new StringBuilder(value.Length);
        var (g0, g1) = (initialG0, initialG1);
        while (!value.IsEmpty)
        {
            var next = value[0];
            if (next < 0x20 && next != Esc)
            {
                (g0, g1) = Delimiters.Reset((char)next, vr) ? (initialG0, initialG1) : (g0, g1);
                text.Append((char)next);
                value = value[1..];
            }
            else if (next == Esc)
            {
                var set = Designated(value[1..]);
                if (set is null)
                    text.Append('\uFFFD');
                else
                    (g0, g1) = set.IsG0 ? (set, g1) : (g0, set);
                value = value[(1 + (set?.Escape.Length ?? 0))..];
            }
            else if (next == ' ')
            {
                text.Append(' '); // outside of every set of 94 characters
                value = value[1..];
            }
            else if (next < 0x80 && g0.Width == 1 && Delimiters.Reset((char)next, vr))
            {
                (g0, g1) = (initialG0, initialG1);
                text.Append((char)next);
                value = value[1..];
            }
            else
            {
                value = Character(value, next < 0x80 ? g0 : g1, text);
            }
        }

        return text.ToString();
    }

    private static GraphicSet? Designated(ReadOnlySpan<byte> bytes)
    {
        foreach (var set in DefinedTerm.Designated)
        {
            if (bytes.StartsWith(set.Escape))
                return set;
        }

        return null;
    }

    /// <summary>One character; where its second byte is missing or from the other half, only the first is passed over.</summary>
    private static ReadOnlySpan<byte> Character(ReadOnlySpan<byte> value, GraphicSet? set, StringBuilder text)
    {
        var isWhole = set is not null && value.Length >= set.Width
            && (set.Width == 1 || (value[1] > 0x20 && (value[1] & 0x80) == (value[0] & 0x80)));
        text.Append(isWhole && value[0] is < 0x7F or > 0x9F ? set!.Decode(value[..set.Width]) : "\uFFFD");
        return value[(isWhole ? set!.Width : 1)..];
    }
}
