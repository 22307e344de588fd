using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Machines.Rehearsal;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Reporting;
using Gateway.Provisioning.Tests.Controls;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Provisioning.Tests.Reporting;

public partial class ReportTests
{
    [Fact]
    public async Task The_report_has_a_row_for_every_control_in_canonical_JSON_and_in_HTML_in_both_languages()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        var written = ReportFiles.Write(Path.Combine(machine.Root, "reports"), machine.Appliance, await machine.AssessAsync(), [], null);
        var bytes = await File.ReadAllBytesAsync(written.Json, TestContext.Current.CancellationToken);
        var json = JsonNode.Parse(bytes)!;
        Assert.Equal(bytes, CanonicalJson.Bytes(json));
        Assert.Equal(written.Sha256, Sha256Digest.Of(bytes));
        Assert.Equal(ControlCatalogue.All.Select(c => c.Id.Text), json["rows"]!.AsArray().Select(r => (string)r!["control"]!));

        var html = await File.ReadAllTextAsync(written.Html, TestContext.Current.CancellationToken);
        foreach (var control in ControlCatalogue.All)
            Assert.Contains($"<tr id=\"{control.Id}\">", html, StringComparison.Ordinal);
        Assert.Contains("<span lang=\"de\">geprobt</span><span lang=\"en\">rehearsed</span>", html, StringComparison.Ordinal);
        Assert.Contains("nicht aus der Quelle", html, StringComparison.Ordinal);
        Assert.Contains(written.Sha256.Text, html, StringComparison.Ordinal);
        Assert.Contains("Dies ist eine Probe.", html, StringComparison.Ordinal);
        Assert.Contains("modelliert</span><span lang=\"en\">modelled</span>: facts file", html, StringComparison.Ordinal);
        Assert.Equal(ControlCatalogue.All.Count, Regex.Count(html, "<td><span class=\"verdict "));
        Assert.DoesNotMatch("(src|href)=|https?:", html);
    }

    [Fact]
    public async Task A_report_carries_the_hash_of_the_one_before()
    {
        await using var machine = new Rehearsed();
        var folder = Path.Combine(machine.Root, "reports");
        var first = ReportFiles.Write(folder, machine.Appliance, await machine.AssessAsync(), [], null);
        machine.Clock.Advance(TimeSpan.FromDays(1));
        var second = ReportFiles.Write(folder, machine.Appliance, await machine.AssessAsync(), [], null);
        Assert.Null(JsonNode.Parse(await File.ReadAllTextAsync(first.Json, TestContext.Current.CancellationToken))!["previous"]);
        Assert.Equal(first.Sha256.Text, (string)JsonNode.Parse(await File.ReadAllTextAsync(second.Json, TestContext.Current.CancellationToken))!["previous"]!);
    }

    [Fact]
    public async Task What_differs_and_what_monitoring_was_told_stand_in_it()
    {
        await using var machine = new Rehearsed();
        await machine.ApplyAsync();
        machine.Store.Update(facts => facts with { Services = [.. facts.Services!.Select(service => service.Name == "DicomMailGateway" ? service with { Account = "somebody" } : service)] }); // which serves no control
        var report = ReportFiles.Compose(machine.Appliance, await machine.AssessAsync(), [new Check("DICOM-Mail backup", CheckState.Warning, "The newest is <old>.", new CheckMetric("age_hours", 26.5))], null, null);
        Assert.Equal(new ReportCheck("DICOM-Mail backup", CheckState.Warning, "The newest is <old>."), Assert.Single(report.Checks));
        Assert.Equal(["service/DicomMailGateway"], report.Differs.Select(resource => resource.Text));
        Assert.Contains("<li><code>service/DicomMailGateway</code></li>", ReportFiles.ToHtml(report, Sha256Digest.Of([])), StringComparison.Ordinal);
        Assert.Contains(
            "<th scope=\"row\">DICOM-Mail backup</th><td><span class=\"verdict warning\"><span lang=\"de\">Warnung</span><span lang=\"en\">warning</span></span></td><td>The newest is &lt;old&gt;.</td>",
            ReportFiles.ToHtml(report, Sha256Digest.Of([])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_site_writes_is_text_in_the_HTML_and_never_markup()
    {
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance("""{ "site": { "name": "<script>alert(1)</script>" }, "mail": { "authority": { "subject": "CN=<script>alert(2)</script>" } } }"""));
        var report = ReportFiles.Compose(machine.Appliance, await machine.AssessAsync(), [], null, null);
        var html = ReportFiles.ToHtml(report, Sha256Digest.Of([]));
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(2)", html, StringComparison.Ordinal); // in evidence
    }

    [Fact]
    public async Task Evidence_stands_in_the_HTML_in_both_languages()
    {
        await using var machine = new Rehearsed();
        machine.Store.Update(f => f with { Hardware = f.Hardware! with { CpuCores = 4 } });
        var report = ReportFiles.Compose(machine.Appliance, await machine.AssessAsync(), [], null, null);
        var html = WebUtility.HtmlDecode(ReportFiles.ToHtml(report, Sha256Digest.Of([])));
        Assert.Contains("<span lang=\"de\">8 Kerne</span><span lang=\"en\">8 cores</span>", html, StringComparison.Ordinal);
        Assert.Contains("<span lang=\"de\">4 Kerne</span><span lang=\"en\">4 cores</span>", html, StringComparison.Ordinal);
        Assert.Contains("(<span lang=\"de\">kein Programmteil des Produkts partitioniert", html, StringComparison.Ordinal);
        Assert.Contains("<p><span lang=\"de\">mail.address nennt noch keine Adresse dieses Gateways: Partner werden nicht erreicht</span><span lang=\"en\">mail.address names no address of this gateway yet: partners are not reached</span></p>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_evidence_lacks_its_German()
    {
        var texts = new List<Wording>();
        foreach (var facts in await MachinesOfAllKindsAsync())
        {
            foreach (var overlay in new[] { null, """{ "antivirus": { "mode": "extensions", "extensions": [] }, "remoteAccess": { "kind": "ipsec", "clientService": null } }""" })
            {
                await using var machine = new Rehearsed(Rehearsed.DefaultAppliance(overlay), facts);
                var report = ReportFiles.Compose(machine.Appliance, await machine.AssessAsync(), [], null, null);
                texts.AddRange(report.Rows.SelectMany(row => row.Evidence.SelectMany(e => new[] { e.Expected, e.Observed, e.Note }).Append(row.Why)).OfType<Wording>());
            }
        }

        Assert.True(texts.Distinct().Count() > 150, $"{texts.Distinct().Count()} texts");
        Assert.DoesNotContain(texts, text => string.IsNullOrWhiteSpace(text.German) || string.IsNullOrWhiteSpace(text.English));
        Assert.Equal("", string.Join("\n", texts.Distinct().Select(text => text.German).Where(text => EnglishWords().IsMatch(Untranslatable().Replace(text, "")))));
    }

    // Built and bare, with everything that can be wrong wrong, and with nothing known.
    private static async Task<IReadOnlyList<MachineFacts>> MachinesOfAllKindsAsync()
    {
        var built = await RecordedVerdict.FittingAsync(Rehearsed.DefaultAppliance());
        return
        [
            built,
            RehearsalMachine.AsDelivered(new FakeTimeProvider(Rehearsed.Now)),
            RecordedMachines.All.Where(r => r.Control != "AV-5").Aggregate(built, (facts, recorded) => recorded.Failing(facts)),
            new MachineFacts { Machine = "unknown", RecordedAt = built.RecordedAt },
        ];
    }

    [GeneratedRegex(@"\b(the|is|are|not|and|runs|of|with|most|no|none|there|yet|days?|does|by|its|until|from)\b", RegexOptions.IgnoreCase)]
    private static partial Regex EnglishWords();

    // Names, paths and what another program said.
    [GeneratedRegex(@"[A-Z]:\\\S*|HKLM\\\S*|secret:\S+|[\w.]+:\d+|DICOM-Mail \S+( \S+)?|Windows Server \d+|Any|„[^“]*“")]
    private static partial Regex Untranslatable();
}
