using System.Globalization;
using System.Text;

namespace Gateway.Service.Filing;

/// <summary>
/// Plain text as a PDF (ISO 32000-1): A4, 80 columns of Courier, which every reader has (section 9.6.2.2), in WinAnsiEncoding (annex D.2). The same text makes the
/// same bytes. What that encoding lacks cannot be shown, and is refused rather than left out.
/// </summary>
internal sealed class TextPages
{
    private const int Columns = 80;
    private const int LinesOfPage = 60;
    private const int TabStop = 8;
    private const int FirstPage = 4; // the number of its object, behind catalog, pages and font

    private static readonly Encoding WinAnsi = CodePagesEncodingProvider.Instance.GetEncoding(1252, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    private readonly StringBuilder pdf = new(); // in WinAnsiEncoding each character is a byte: its length is an offset in the file
    private readonly List<int> offsets = [];

    private TextPages()
    {
    }

    /// <summary>Makes a PDF of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The PDF; or null, and the reason, which names a character by its number.</returns>
    public static (byte[]? Pdf, string? Reason) Of(string text)
    {
        var plain = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimStart('\uFEFF');
        return Unshown(plain) is { } rune
            ? (null, string.Create(CultureInfo.InvariantCulture, $"the text has a character that cannot be shown here (U+{rune.Value:X4}): a PDF could"))
            : (new TextPages().Write(PagesOf(plain)), null);
    }

    private static Rune? Unshown(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) ? rune.Value is not ('\n' or '\t' or '\f') : !IsInWinAnsi(rune))
                return rune;
        }

        return null;
    }

    private static bool IsInWinAnsi(Rune rune)
    {
        try
        {
            return rune.IsAscii || WinAnsi.GetByteCount(rune.ToString()) == 1;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static List<List<string>> PagesOf(string text)
    {
        List<List<string>> pages = [];
        foreach (var sheet in text.Split('\f')) // a form feed begins a page
            pages.AddRange(sheet.Split('\n').SelectMany(line => Wrapped(Expanded(line))).Chunk(LinesOfPage).Select(lines => lines.ToList()));
        return pages;
    }

    private static string Expanded(string line)
    {
        var expanded = new StringBuilder(line.Length);
        foreach (var character in line)
        {
            if (character == '\t')
                expanded.Append(' ', TabStop - (expanded.Length % TabStop));
            else
                expanded.Append(character);
        }

        return expanded.ToString().TrimEnd();
    }

    // Between two words, or where a word alone is longer than a line.
    private static IEnumerable<string> Wrapped(string line)
    {
        while (line.Length > Columns)
        {
            var space = line.LastIndexOf(' ', Columns);
            var end = space > 0 && !string.IsNullOrWhiteSpace(line[..space]) ? space : Columns;
            yield return line[..end];
            line = line[end..].TrimStart(' ');
        }

        yield return line;
    }

    private byte[] Write(List<List<string>> pages)
    {
        Put("%PDF-1.4\n%\u00E4\u00F6\u00FC\u00DF\n"); // letters above ASCII tell that the file is binary (section 7.5.2)
        Add("<< /Type /Catalog /Pages 2 0 R >>");
        Add($"<< /Type /Pages /Count {pages.Count} /Kids [{string.Join(' ', pages.Select((_, index) => $"{FirstPage + (2 * index)} 0 R"))}] >>");
        Add("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>");
        foreach (var (index, lines) in pages.Index())
        {
            Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {FirstPage + (2 * index) + 1} 0 R >>");
            var content = $"BT /F1 10 Tf 12 TL 57 775 Td\n{string.Concat(lines.Select(line => $"({Escaped(line)}) Tj T*\n"))}ET";
            Add($"<< /Length {content.Length} >>\nstream\n{content}\nendstream");
        }

        var table = pdf.Length;
        Put(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n"));
        foreach (var offset in offsets)
            Put(string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        Put(string.Create(CultureInfo.InvariantCulture, $"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"));
        return WinAnsi.GetBytes(pdf.ToString());
    }

    // An object is known by its number, which is its place in the table.
    private void Add(string body)
    {
        offsets.Add(pdf.Length);
        Put(string.Create(CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n{body}\nendobj\n"));
    }

    private void Put(string text) => pdf.Append(text);

    private static string Escaped(string line) =>
        line.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("(", @"\(", StringComparison.Ordinal).Replace(")", @"\)", StringComparison.Ordinal);
}
