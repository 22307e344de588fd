using System.Text;

namespace Gateway.Dicom.Text;

/// <summary>
/// What a defined term of Specific Character Set stands for (PS3.3 section C.12.1.1.2): the sets that it brings into G0 and G1, or an
/// encoding that holds for the whole value and allows no other beside it.
/// </summary>
/// <param name="G0">Its set in G0.</param>
/// <param name="G1">Its set in G1.</param>
/// <param name="Whole">Its encoding of the whole value.</param>
internal sealed record DefinedTerm(GraphicSet? G0, GraphicSet? G1, Encoding? Whole = null)
{
    /// <summary>ISO-IR 6, the default repertoire.</summary>
    public static DefinedTerm Default { get; } = new(new GraphicSet([.. "(B"u8], IsG0: true, 1, Codec(20127), 0), null);

    /// <summary>Every set that an escape sequence can designate, also one that the data set does not name.</summary>
    public static IReadOnlyList<GraphicSet> Designated { get; } =
    [
        .. new[] { "6", "100", "101", "109", "110", "144", "127", "126", "138", "148", "203", "166", "13", "87", "159", "149", "58" }
            .SelectMany(register => new[] { Registered(register)!.G0!, Registered(register)!.G1! }).Where(set => set is not null).Distinct(),
    ];

    /// <summary>
    /// The meaning of a term; null where it is not known. Real devices write blanks, underscores and hyphens as they like, and terms with
    /// code extensions where there are none; both are understood.
    /// </summary>
    public static DefinedTerm? Parse(string term)
    {
        var words = term.ToUpperInvariant().Replace("ISO2022", "ISO 2022", StringComparison.Ordinal)
            .Split([' ', '_', '-', '\0'], StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [] => Default,
            ["ISO", "IR", var register] => Registered(register),
            ["ISO", "2022", "IR", var register] => Registered(register),
            ["GB18030"] => new DefinedTerm(null, null, Codec(54936)),
            ["GBK"] => new DefinedTerm(null, null, Codec(936)),
            ["UTF", "8"] or ["UTF8"] => Registered("192"),
            _ => null,
        };
    }

    /// <summary>The sets by their number in the international register of coded character sets.</summary>
    private static DefinedTerm? Registered(string register) => register switch
    {
        "6" => Default,
        "100" => Latin('A', 28591),
        "101" => Latin('B', 28592),
        "109" => Latin('C', 28593),
        "110" => Latin('D', 28594),
        "144" => Latin('L', 28595), // Cyrillic
        "127" => Latin('G', 28596), // Arabic
        "126" => Latin('F', 28597), // Greek
        "138" => Latin('H', 28598), // Hebrew
        "148" => Latin('M', 28599),
        "203" => Latin('b', 28605),
        "166" => Latin('T', 874), // Thai: the codec has more than TIS 620, but only where G1 does not reach
        "13" => new DefinedTerm(Japanese("(J", isG0: true, 1, 0), Japanese(")I", isG0: false, 1, 0x80)),
        "87" => new DefinedTerm(Japanese("$B", isG0: true, 2, 0x8080), null),
        "159" => new DefinedTerm(Japanese("$(D", isG0: true, 2, 0x8000), null), // in the codec, the second byte is low
        "149" => new DefinedTerm(Default.G0, new GraphicSet([.. "$)C"u8], IsG0: false, 2, Codec(20949), 0x8080)),
        "58" => new DefinedTerm(Default.G0, new GraphicSet([.. "$)A"u8], IsG0: false, 2, Codec(20936), 0x8080)),
        "192" => new DefinedTerm(null, null, Codec(65001)),
        _ => null,
    };

    private static DefinedTerm Latin(char final, int codePage) =>
        new(Default.G0, new GraphicSet([(byte)'-', (byte)final], IsG0: false, 1, Codec(codePage), 0x80));

    private static GraphicSet Japanese(string escape, bool isG0, int width, ushort mask) =>
        new(Encoding.ASCII.GetBytes(escape), isG0, width, width == 1 ? new JisRomanEncoding() : Codec(20932), mask);

    private static Encoding Codec(int codePage)
    {
        var (onEncoding, onDecoding) = (EncoderFallback.ExceptionFallback, new DecoderReplacementFallback("\uFFFD"));
        return CodePagesEncodingProvider.Instance.GetEncoding(codePage, onEncoding, onDecoding)
            ?? Encoding.GetEncoding(codePage, onEncoding, onDecoding);
    }
}
