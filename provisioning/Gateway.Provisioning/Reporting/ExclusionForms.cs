using System.Text;
using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Reporting;

/// <summary>The forms in which a list of exclusions is handed on: text for a ticket, a table for a console that imports one, a page to print.</summary>
public static class ExclusionForms
{
    private static readonly Wording Title = new("Ausnahmen für den Virenscanner", "Exclusions for the virus scanner");

    private static readonly Wording Preface = new(
        "Diese Ausnahmen verlangen die Systemvoraussetzungen (02 | 2024). Jede ist eine gewollte Lücke: bitte genau so eng setzen, wie sie hier steht, und nur auf diesem Rechner.",
        "The system requirements (02 | 2024) ask for these exclusions. Each is a hole on purpose: please set it exactly as narrow as it stands here, and on this machine only.");

    private static readonly Wording Afterword = new(
        "Bitte bestätigen Sie die Einrichtung mit Name und Datum: was dieser Scanner ausnimmt, lässt sich nicht auslesen, und der Prüfbericht beruht insoweit auf Ihrer Bestätigung.",
        "Please confirm with name and date that they are set: what this scanner leaves alone cannot be read, and the compliance report rests on your word for it.");

    private static readonly IReadOnlyList<Wording> Columns =
        [new("Art", "Kind"), new("Ausnahme", "Exclusion"), new("Anforderung", "Control"), new("Abschnitt", "Clause"), new("Begründung", "Reason"), new("Bedingung", "Condition")];

    /// <summary>Markdown, in one language.</summary>
    /// <param name="list">The list.</param>
    /// <param name="language">The language.</param>
    public static string ToMarkdown(ExclusionList list, Language language)
    {
        ArgumentNullException.ThrowIfNull(list);
        var text = new StringBuilder();
        text.Append("# ").Append(In(Title, language)).Append("\n\n");
        text.Append(Escaped(list.Site)).Append(", DICOM-Mail Gateway ").Append(list.Product).Append("\n\n");
        text.Append(In(Preface, language)).Append("\n\n");
        text.Append("| ").AppendJoin(" | ", Columns.Select(c => In(c, language))).Append(" |\n");
        text.Append('|').Insert(text.Length, "---|", Columns.Count).Append('\n');
        foreach (var row in Rows(list, language))
            text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => column == 1 ? $"`{cell}`" : Escaped(cell))).Append(" |\n");
        return text.Append('\n').Append(In(Afterword, language)).Append('\n').ToString();
    }

    /// <summary>CSV (RFC 4180) with a header line, in one language. It begins with a byte order mark, without which spreadsheets do not take it for UTF-8.</summary>
    /// <param name="list">The list.</param>
    /// <param name="language">The language.</param>
    public static string ToCsv(ExclusionList list, Language language)
    {
        ArgumentNullException.ThrowIfNull(list);
        IEnumerable<IReadOnlyList<string>> lines = [[.. Columns.Select(c => In(c, language))], .. Rows(list, language)];
        return "\uFEFF" + string.Concat(lines.Select(line => string.Join(',', line.Select(Quoted)) + "\r\n"));
    }

    /// <summary>HTML: self-contained, German and English, made to be printed.</summary>
    /// <param name="list">The list.</param>
    /// <param name="language">The language that is shown first.</param>
    public static string ToHtml(ExclusionList list, Language language) => Templates.Render("exclusions.html.scriban", new Dictionary<string, object?>
    {
        ["list"] = JsonSerializer.SerializeToNode(list with { Language = language }, ManifestJson.Compact),
        ["title"] = JsonSerializer.SerializeToNode(Title, ManifestJson.Compact),
        ["preface"] = JsonSerializer.SerializeToNode(Preface, ManifestJson.Compact),
        ["afterword"] = JsonSerializer.SerializeToNode(Afterword, ManifestJson.Compact),
        ["columns"] = JsonSerializer.SerializeToNode(Columns, ManifestJson.Compact),
        ["kinds"] = JsonSerializer.SerializeToNode(Enum.GetValues<ExclusionKind>().ToDictionary(k => JsonNamingPolicy.CamelCase.ConvertName($"{k}"), Word), ManifestJson.Compact),
    });

    private static IEnumerable<IReadOnlyList<string>> Rows(ExclusionList list, Language language) => list.Entries.Select(e => (IReadOnlyList<string>)
        [In(Word(e.Kind), language), e.Value, e.Control.Text, e.Clause, In(e.Reason, language), e.Condition is null ? "" : In(e.Condition, language)]);

    private static Wording Word(ExclusionKind kind) => kind switch
    {
        ExclusionKind.Folder => new("Ordner mit Unterordnern", "folder with those below it"),
        ExclusionKind.Process => new("Prozess", "process"),
        _ => new("Dateityp", "file extension"),
    };

    private static string In(Wording words, Language language) => language == Language.De ? words.German : words.English;

    private static string Escaped(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
