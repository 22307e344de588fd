using System.Net;
using System.Text;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Reporting;
using Gateway.Provisioning.Resources.Managed;
using Xunit;

namespace Gateway.Provisioning.Tests.Reporting;

/// <summary>What the administrators of another scanner are handed is what Defender would be told, each entry with reason and clause, in every form.</summary>
public class ExclusionListTests
{
    private const string Extensions = """{ "antivirus": { "mode": "extensions" } }""";
    private const string WithJcsHome = """{ "antivirus": { "jcsHome": "D:\\VISUS\\jivexcs" }, "site": { "name": "St. <Example> | \"North\"", "language": "en" } }""";

    [Theory]
    [InlineData(null)]
    [InlineData(Extensions)]
    [InlineData(WithJcsHome)]
    public void It_lists_exactly_what_the_product_would_exclude(string? overlay)
    {
        var appliance = Rehearsed.DefaultAppliance(overlay);
        var list = ExclusionList.Of(appliance);
        Assert.Equal(
            Rehearsed.GraphOf(appliance).InOrder.OfType<AntivirusExclusion>().Select(r => (r.Exclusion.Kind, r.Exclusion.Value, r.Controls.Single())).ToHashSet(),
            list.Entries.Select(e => (e.Kind, e.Value, e.Control)).ToHashSet());
        Assert.NotEmpty(list.Entries);
        Assert.All(list.Entries, entry =>
        {
            Assert.Equal(ControlCatalogue.Find(entry.Control)!.Clause, entry.Clause);
            Assert.False(string.IsNullOrWhiteSpace(entry.Reason.German) || string.IsNullOrWhiteSpace(entry.Reason.English));
        });
    }

    [Fact]
    public void A_process_says_whose_place_it_takes_and_that_it_must_exist()
    {
        var list = ExclusionList.Of(Rehearsed.DefaultAppliance());
        var database = Assert.Single(list.Entries, e => e.Value == @"D:\VISUS\MariaDB\bin\mariadbd.exe");
        Assert.Contains(@"takes the place of D:\VISUS\MariaDB\bin\mysqld.exe", database.Reason.English, StringComparison.Ordinal);
        Assert.All(list.Entries.Where(e => e.Kind == ExclusionKind.Process), e => Assert.Contains("hiding place", e.Condition!.English, StringComparison.Ordinal));
        Assert.NotNull(Assert.Single(list.Entries, e => e.Value == @"D:\VISUS\jivexcs\images").Condition);
        Assert.Null(Assert.Single(list.Entries, e => e.Value == @"E:\VISUS\images").Condition);
    }

    [Theory]
    [InlineData(Language.De, "Ausnahmen für den Virenscanner", "Ordner mit Unterordnern")]
    [InlineData(Language.En, "Exclusions for the virus scanner", "folder with those below it")]
    public void Markdown_has_a_row_for_each_entry_with_as_many_cells_as_the_header(Language language, string title, string folder)
    {
        var list = ExclusionList.Of(Rehearsed.DefaultAppliance(WithJcsHome));
        var lines = ExclusionForms.ToHandout(list).ToMarkdown(language).Split('\n');
        Assert.Equal("# " + title, lines[0]);
        Assert.Contains("""St. &lt;Example> \| "North",""", lines[2], StringComparison.Ordinal);
        var table = lines.Where(line => line.StartsWith('|')).ToList();
        Assert.Equal(list.Entries.Count + 2, table.Count);
        Assert.All(table, row => Assert.Equal(table[0].Count(c => c == '|'), row.Count(c => c == '|')));
        Assert.StartsWith($@"| {folder} | `E:\VISUS\images` | AV-2 | Virenscanner 1 | ", table[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_reads_back_as_what_was_written()
    {
        var list = ExclusionList.Of(Rehearsed.DefaultAppliance());
        list = list with { Entries = [.. list.Entries, list.Entries[0] with { Value = "D:\\a, \"b\"" }] };
        var csv = ExclusionForms.ToHandout(list).ToCsv(Language.De);
        Assert.Equal([0xEF, 0xBB, 0xBF], Encoding.UTF8.GetBytes(csv)[..3]);
        var records = Parse(csv[1..]);
        Assert.Equal(["Art", "Ausnahme", "Anforderung", "Abschnitt", "Begründung", "Risiko", "Bedingung"], records[0]);
        Assert.Equal(list.Entries.Select(e => e.Value), records.Skip(1).Select(r => r[1]));
        Assert.All(records, record => Assert.Equal(7, record.Count));
    }

    [Fact]
    public void Html_holds_both_languages_every_entry_and_no_markup_of_the_sites()
    {
        var list = ExclusionList.Of(Rehearsed.DefaultAppliance(WithJcsHome));
        var html = ExclusionForms.ToHandout(list).ToHtml(Language.En);
        Assert.Contains("St. &lt;Example&gt; | &quot;North&quot;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<Example>", html, StringComparison.Ordinal);
        var read = WebUtility.HtmlDecode(html);
        Assert.All(list.Entries, entry =>
        {
            Assert.Contains($"<code>{entry.Value}</code>", html, StringComparison.Ordinal);
            Assert.Contains(entry.Reason.German, read, StringComparison.Ordinal);
            Assert.Contains(entry.Reason.English, read, StringComparison.Ordinal);
        });
        Assert.Contains("""id="en" checked>""", html, StringComparison.Ordinal);
        Assert.DoesNotContain("""id="de" checked>""", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void The_script_and_the_registry_file_hold_each_exclusion_once_with_clause_and_risk()
    {
        var list = ExclusionList.Of(Rehearsed.DefaultAppliance(WithJcsHome));
        var (script, registry) = (ExclusionForms.ToPowerShell(list), ExclusionForms.ToRegistryFile(list));
        System.Management.Automation.Language.Parser.ParseInput(script, out _, out var errors);
        Assert.Empty(errors);
        Assert.StartsWith("Windows Registry Editor Version 5.00\r\n\r\n", registry, StringComparison.Ordinal);
        Assert.All(list.Entries, entry =>
        {
            Assert.Single(script.Split("\r\n"), line => line.StartsWith("Add-MpPreference", StringComparison.Ordinal) && line.EndsWith($" '{entry.Value}'", StringComparison.Ordinal));
            Assert.Single(registry.Split("\r\n"), line => line == $"\"{entry.Value.Replace(@"\", @"\\", StringComparison.Ordinal)}\"=\"0\"");
            Assert.Contains($"{entry.Control}, {entry.Clause}: {entry.Reason.English} Risk: ", script, StringComparison.Ordinal);
        });
        Assert.Contains("\"Exclusions_Paths\"=dword:00000001", registry, StringComparison.Ordinal);
        Assert.DoesNotContain("Exclusions_Extensions", registry, StringComparison.Ordinal);
    }

    // RFC 4180, section 2.
    private static List<List<string>> Parse(string csv)
    {
        List<List<string>> records = [[]];
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < csv.Length; i++)
        {
            if (csv[i] == '"' && quoted && i + 1 < csv.Length && csv[i + 1] == '"')
                cell.Append(csv[i++]);
            else if (csv[i] == '"')
                quoted = !quoted;
            else if (!quoted && csv[i] is ',' or '\r')
            {
                records[^1].Add(cell.ToString());
                cell.Clear();
                if (csv[i] == '\r' && ++i + 1 < csv.Length)
                    records.Add([]);
            }
            else
                cell.Append(csv[i]);
        }

        return records;
    }
}
