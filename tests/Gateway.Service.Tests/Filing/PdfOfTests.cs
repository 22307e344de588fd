using System.Text;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Filing;
using Xunit;

namespace Gateway.Service.Tests.Filing;

/// <summary>What is taken for a PDF or a text, and how a text looks to whoever reads the PDF that is made of it.</summary>
public sealed class PdfOfTests : IDisposable
{
    private const string Letter = "Größe: 3 µm";

    private readonly string path = Path.GetTempFileName();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("utf-8", "utf-8")]
    [InlineData("iso-8859-1", "ISO-8859-1")]
    [InlineData("windows-1252", null)]
    [InlineData("utf-8", null)]
    [InlineData("utf-8", "us-ascii")]
    public async Task A_text_is_read_in_the_character_set_that_it_names_or_is_written_in(string written, string? named) =>
        Assert.Equal([Letter], (await ShownAsync(CodePagesEncodingProvider.Instance.GetEncoding(written)?.GetBytes(Letter) ?? Encoding.GetEncoding(written).GetBytes(Letter), named))[0]);

    [Fact]
    public async Task Long_lines_are_broken_between_words_and_long_texts_between_lines()
    {
        var words = string.Join(' ', Enumerable.Range(1, 30).Select(number => $"word{number}"));
        var text = $"{words}\n\tindented (so) \\ far\n{string.Join('\n', Enumerable.Range(1, 70).Select(number => $"line {number}"))}\fnext";

        var pages = await ShownAsync(Encoding.UTF8.GetBytes(text));

        Assert.Equal(3, pages.Count);
        Assert.Equal(words, string.Join(' ', pages[0].Take(3).Select(line => line.Trim())));
        Assert.All(pages.SelectMany(page => page), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(pages[0], line => line.TrimStart() == @"indented (so) \ far");
        Assert.Equal(Enumerable.Range(1, 70).Select(number => $"line {number}"), pages[0].Concat(pages[1]).Where(line => line.StartsWith("line", StringComparison.Ordinal)));
        Assert.Equal(["next"], pages[2]);
    }

    [Theory]
    [InlineData("text/plain", "Привет", "utf-8", "U+041F")]
    [InlineData("text/plain", "a\0b", "utf-8", "U+0000")]
    [InlineData("text/plain", "Mu\u0308ller", "utf-8", "U+0308")]
    [InlineData("text/plain", "Größe", "utf-16BE-none", "not text in the character set")]
    [InlineData("text/html", "<p>Report</p>", "utf-8", "neither a PDF nor plain text")]
    [InlineData("application/pdf", "Report", null, "neither a PDF nor plain text")]
    [InlineData("application/pdf", "%PDF-1.4\n1 0 obj", null, "cut off")]
    [InlineData("text/plain", @"{\rtf1 Report}", null, "RTF")]
    public void What_cannot_be_shown_whole_is_refused_with_the_reason(string type, string content, string? charset, string reason)
    {
        File.WriteAllText(path, content);

        Assert.Contains(reason, PdfOf.ReasonAgainst(path, Note(type, charset)), StringComparison.Ordinal);
    }

    private static KeptDocument Note(string type, string? charset) => new(type, charset, "", "A", "B");

    // The lines of each page, as poppler reads them.
    private async Task<IReadOnlyList<IReadOnlyList<string>>> ShownAsync(byte[] text, string? charset = "utf-8")
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("pdftotext"), "pdftotext is not installed");
        await File.WriteAllBytesAsync(path, text, Cancellation);
        var (pdf, reason) = PdfOf.Open(path, Note("text/plain", charset));
        Assert.Null(reason);
        var made = path + ".pdf";
        await using (var file = File.Create(made))
            await pdf!.CopyToAsync(file, Cancellation);
        await pdf.DisposeAsync();
        var (code, shown) = await Dcmtk.RunAsync("pdftotext", ["-layout", made, "-"], Cancellation);
        File.Delete(made);
        Assert.True(code == 0 && !shown.Contains("Syntax", StringComparison.Ordinal), shown);
        return [.. shown.Split('\f', StringSplitOptions.RemoveEmptyEntries).Select(page => page.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
    }
}
