using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Planning;
using Gateway.Provisioning.Resources;

namespace Gateway.Provisioning.Reporting;

/// <summary>A report on disk: canonical JSON, and the HTML derived from it.</summary>
/// <param name="Json">The canonical JSON's path.</param>
/// <param name="Html">The HTML's path.</param>
/// <param name="Sha256">Hash of the canonical JSON.</param>
public sealed record WrittenReport(string Json, string Html, Sha256Digest Sha256);

/// <summary>Writes compliance reports into a folder, each chained to the one before.</summary>
public static class ReportFiles
{
    /// <summary>Makes the report of an assessment and writes it.</summary>
    /// <param name="folder">The folder; made when it is not there.</param>
    /// <param name="appliance">The manifest.</param>
    /// <param name="assessment">What was found.</param>
    /// <param name="checks">What monitoring is told.</param>
    /// <param name="journalHead">Hash of the journal's last line, or null.</param>
    public static WrittenReport Write(string folder, Appliance appliance, Assessment assessment, IReadOnlyList<Check> checks, Sha256Digest? journalHead)
    {
        Directory.CreateDirectory(folder);
        var report = Compose(appliance, assessment, checks, journalHead, PreviousOf(folder, assessment.Plan.CreatedAt));
        var json = CanonicalJson.Bytes(JsonSerializer.SerializeToNode(report, ManifestJson.Compact));
        var hash = Sha256Digest.Of(json);
        var name = Path.Combine(folder, ReportsInFolder.NameOf(report.CreatedAt));
        DurableFile.Write(name + ".json", json);
        DurableFile.Write(name + ".html", Encoding.UTF8.GetBytes(ToHtml(report, hash)));
        return new WrittenReport(name + ".json", name + ".html", hash);
    }

    /// <summary>The report of an assessment.</summary>
    /// <param name="appliance">The manifest.</param>
    /// <param name="assessment">What was found.</param>
    /// <param name="checks">What monitoring is told.</param>
    /// <param name="journalHead">Hash of the journal's last line, or null.</param>
    /// <param name="previous">Hash of the report before, or null.</param>
    public static ComplianceReport Compose(Appliance appliance, Assessment assessment, IReadOnlyList<Check> checks, Sha256Digest? journalHead, Sha256Digest? previous) => new()
    {
        Product = assessment.Plan.Product,
        CreatedAt = assessment.Plan.CreatedAt,
        Site = appliance.Site.Name,
        Language = appliance.Site.Language,
        Machine = assessment.Plan.Machine,
        IsRehearsal = assessment.Plan.IsRehearsal,
        Manifest = assessment.Plan.Manifest,
        JournalHead = journalHead,
        Previous = previous,
        Summary = assessment.Verdicts.GroupBy(v => v.Verdict).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => g.Count()),
        Rows = [.. assessment.Verdicts.Select(v => new ReportRow
        {
            Control = v.Control.Id,
            Force = v.Control.Force,
            Enforcement = v.Enforcement,
            EnforcementChanged = v.EnforcementChanged,
            NotFromTheSource = v.Control.IsOurOwn,
            Clause = v.Control.Clause,
            German = v.Control.German,
            English = v.Control.English,
            Verdict = v.Verdict,
            Why = v.Why,
            Waiver = v.Waiver,
            Attestation = v.Attestation,
            Evidence = [.. v.Evidence.Select(e => new ReportEvidence(e.Resource, e.Outcome, e.Expected, e.Observed, e.How.Source, e.How.Interface, e.At, e.Note))],
        })],
        Differs = [.. assessment.Plan.Changes.Select(change => change.Resource)],
        Checks = [.. checks.Select(check => new ReportCheck(check.Name, check.State, check.Text))],
    };

    /// <summary>The HTML form: self-contained, German and English, made to be printed.</summary>
    /// <param name="report">The report.</param>
    /// <param name="hash">Hash of its canonical JSON.</param>
    public static string ToHtml(ComplianceReport report, Sha256Digest hash) => Templates.Render("report.html.scriban", new Dictionary<string, object?>
    {
        ["report"] = JsonNode.Parse(CanonicalJson.Bytes(JsonSerializer.SerializeToNode(report, ManifestJson.Compact))),
        ["hash"] = hash.Text,
        ["verdicts"] = JsonSerializer.SerializeToNode(ReportWords.Verdicts, ManifestJson.Compact),
        ["states"] = JsonSerializer.SerializeToNode(ReportWords.CheckStates, ManifestJson.Compact),
        ["outcomes"] = JsonSerializer.SerializeToNode(ReportWords.Outcomes, ManifestJson.Compact),
        ["sources"] = JsonSerializer.SerializeToNode(ReportWords.Sources, ManifestJson.Compact),
        ["enforcements"] = JsonSerializer.SerializeToNode(ReportWords.Enforcements, ManifestJson.Compact),
        ["forces"] = JsonSerializer.SerializeToNode(ReportWords.Forces, ManifestJson.Compact),
    });

    private static Sha256Digest? PreviousOf(string folder, DateTimeOffset now) => ReportsInFolder.Newest(folder, ".json", now) is { } last ? Sha256Digest.Of(File.ReadAllBytes(last)) : null;
}
