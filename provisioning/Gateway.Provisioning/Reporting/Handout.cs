using System.Text;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Reporting;

/// <summary>A table that somebody else has to act on, handed to them in two languages and three forms: text for a ticket, a table for a program that imports one, a page to print.</summary>
public sealed record Handout
{
    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>Version of the product.</summary>
    public required string Product { get; init; }

    /// <summary>What it is.</summary>
    public required Wording Title { get; init; }

    /// <summary>What it is for, above the table.</summary>
    public required Wording Preface { get; init; }

    /// <summary>The heads of the columns.</summary>
    public required IReadOnlyList<Wording> Columns { get; init; }

    /// <summary>Which column names the row, from 0: it is set as code.</summary>
    public required int NamingColumn { get; init; }

    /// <summary>The rows, each with a cell for each column.</summary>
    public required IReadOnlyList<IReadOnlyList<Wording>> Rows { get; init; }

    /// <summary>What is asked of its reader, below the table.</summary>
    public required Wording Afterword { get; init; }

    /// <summary>Markdown, in one language.</summary>
    /// <param name="language">The language.</param>
    public string ToMarkdown(Language language)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(In(Title, language)).Append("\n\n");
        text.Append(Escaped(Site)).Append(", DICOM-Mail Gateway ").Append(Product).Append("\n\n");
        text.Append(In(Preface, language)).Append("\n\n");
        text.Append("| ").AppendJoin(" | ", Columns.Select(c => In(c, language))).Append(" |\n");
        text.Append('|').Insert(text.Length, "---|", Columns.Count).Append('\n');
        foreach (var row in Rows)
            text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => column == NamingColumn ? $"`{In(cell, language)}`" : Escaped(In(cell, language)))).Append(" |\n");
        return text.Append('\n').Append(In(Afterword, language)).Append('\n').ToString();
    }

    /// <summary>CSV (RFC 4180) with a header line, in one language. It begins with a byte order mark, without which spreadsheets do not take it for UTF-8.</summary>
    /// <param name="language">The language.</param>
    public string ToCsv(Language language) =>
        "\uFEFF" + string.Concat(new[] { Columns }.Concat(Rows).Select(line => string.Join(',', line.Select(cell => Quoted(In(cell, language)))) + "\r\n"));

    /// <summary>HTML: self-contained, German and English, made to be printed.</summary>
    /// <param name="language">The language that is shown first.</param>
    public string ToHtml(Language language) => Templates.Render("handout.html.scriban", new Dictionary<string, object?>
    {
        ["handout"] = JsonSerializer.SerializeToNode(this, ManifestJson.Compact),
        ["language"] = language == Language.De ? "de" : "en",
    });

    private static string In(Wording words, Language language) => language == Language.De ? words.German : words.English;

    private static string Escaped(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
