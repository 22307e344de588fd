using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Tests.Controls;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>The life of a machine, told by the commands that its people give.</summary>
public sealed partial class LifeTests
{
    [Fact]
    public async Task A_machine_is_planned_built_mended_changed_and_taken_back()
    {
        using var site = new Site();
        File.Delete(site.Manifest);
        (await CommandLine.RunAsync("init", site.Manifest, "--site", "St. Example")).With(0);
        Assert.True(File.Exists(site.PathOf("appliance.schema.json")), "init writes the schema beside the manifest");
        (await site.RunAsync("validate")).With(0);

        Assert.Contains("new", (await site.RunAsync("plan")).With(2).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(site.Root), "planning changed the machine");
        var plan = site.PathOf("plan.json");
        var planned = (await site.RunAsync("plan", "--out", plan)).With(2);
        var applied = (await site.RunAsync("apply", "--plan", plan)).With(0);
        var counts = Counted().Match(planned.Output);
        Assert.True(counts.Success, planned.ToString());
        Assert.InRange(
            int.Parse(Changed().Match(applied.Output).Groups[1].Value),
            int.Parse(counts.Groups[1].Value), int.Parse(counts.Groups[1].Value) + int.Parse(counts.Groups[2].Value));
        Assert.Contains("nothing to change", (await site.RunAsync("plan")).With(0).Output, StringComparison.Ordinal);
        (await site.RunAsync("verify")).With(0);
        var built = site.Listing();
        Assert.NotEmpty(built);

        // Somebody edits by hand what was rendered: the machine moved.
        var edited = (await File.ReadAllTextAsync(site.GatewayConfiguration, TestContext.Current.CancellationToken))
            .Replace("131072", "16384", StringComparison.Ordinal);
        await File.WriteAllTextAsync(site.GatewayConfiguration, edited, TestContext.Current.CancellationToken);
        var drifted = site.Listing();
        var verification = (await site.RunAsync("verify")).With(2);
        Assert.Contains("gateway-config", verification.Output, StringComparison.Ordinal);
        var drift = (await site.RunAsync("plan")).With(2);
        Assert.Contains("the machine moved", drift.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("the manifest moved", drift.Output, StringComparison.Ordinal);

        // A plan from before is older than the machine.
        var stale = (await site.RunAsync("apply", "--plan", plan)).With(1);
        Assert.Matches(@"error GW\d{4}: ", stale.Errors);
        Assert.Equal(drifted, site.Listing());
        (await site.RunAsync("apply")).With(0);
        Assert.Equal(built, site.Listing());

        // The site decides otherwise: the manifest moved.
        site.WriteOverlay(new JsonObject { ["gateway"] = new JsonObject { ["maximumPduBytes"] = 65536 } });
        var intent = (await site.RunAsync("plan")).With(2);
        Assert.Contains("the manifest moved", intent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("the machine moved", intent.Output, StringComparison.Ordinal);
        Assert.Contains("65536", intent.Output, StringComparison.Ordinal);
        (await site.RunAsync("apply")).With(0);
        Assert.Contains("65536", await File.ReadAllTextAsync(site.GatewayConfiguration, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var status = (await site.RunAsync("status", "--json")).With(0).Json();
        Assert.Equal(["applied", "applied", "applied"], Outcomes(status));
        Assert.Equal(JsonValueKind.Null, status.GetProperty("open").ValueKind);

        // Run by run back to the beginning.
        (await site.RunAsync("rollback")).With(0);
        Assert.Equal(built, site.Listing());
        (await site.RunAsync("rollback")).With(0);
        Assert.Equal(drifted, site.Listing());
        (await site.RunAsync("rollback")).With(0);
        Assert.Empty(site.Listing());
        (await site.RunAsync("rollback")).Refusing(1, "GW3103");
        Assert.True(File.Exists(site.Journal), "the state root stands outside every undo");
    }

    [Fact]
    public async Task The_report_holds_each_control_once_as_canonical_json_and_as_one_page_in_two_languages()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var folder = site.PathOf("reports");
        var written = (await site.RunAsync("report", "--out", folder, "--json")).With(0).Json();
        var json = await File.ReadAllBytesAsync(written.GetProperty("json").GetString()!, TestContext.Current.CancellationToken);
        Assert.Equal(written.GetProperty("sha256").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(json)));
        Assert.StartsWith(folder, written.GetProperty("json").GetString(), StringComparison.Ordinal);

        using var report = JsonDocument.Parse(json);
        AssertCanonical(report.RootElement);
        Assert.DoesNotContain((byte)'\n', json.AsSpan().TrimEnd((byte)'\n').ToArray());
        var controls = report.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("control").GetString()!).ToList();
        Assert.Equal(RequirementsTable.Force.Keys.Concat(RequirementsTable.OurOwn).Order(), controls.Order());
        Assert.All(report.RootElement.GetProperty("rows").EnumerateArray(), row => Assert.NotEqual("met", row.GetProperty("verdict").GetString()));

        var html = await File.ReadAllTextAsync(written.GetProperty("html").GetString()!, TestContext.Current.CancellationToken);
        Assert.DoesNotMatch(Reference(), html);
        Assert.Contains("lang=\"de\"", html, StringComparison.Ordinal);
        Assert.Contains("lang=\"en\"", html, StringComparison.Ordinal);
        Assert.Contains(written.GetProperty("sha256").GetString()!, html, StringComparison.Ordinal);
        Assert.All(controls, control => Assert.Contains(control, html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_for_another_manifest_is_refused()
    {
        using var site = new Site();
        var plan = site.PathOf("plan.json");
        (await site.RunAsync("plan", "--out", plan)).With(2);
        site.WriteOverlay(new JsonObject { ["gateway"] = new JsonObject { ["maximumPduBytes"] = 65536 } });
        var refused = (await site.RunAsync("apply", "--plan", plan)).With(1);
        Assert.Matches(@"error GW\d{4}: ", refused.Errors);
        Assert.Empty(site.Listing());
    }

    [Fact]
    public async Task An_initial_manifest_is_commented_and_names_its_site()
    {
        using var site = new Site();
        var path = site.PathOf("new.json");
        (await CommandLine.RunAsync("init", path, "--site", "Krankenhaus \"Süd\" \\ Nord")).With(0);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains("\n  // ", text, StringComparison.Ordinal);
        using var manifest = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Assert.Equal("Krankenhaus \"Süd\" \\ Nord", manifest.RootElement.GetProperty("site").GetProperty("name").GetString());
        (await CommandLine.RunAsync("validate", path)).With(0);
    }

    [Fact]
    public async Task The_schema_is_one_and_the_same_wherever_it_is_printed()
    {
        using var site = new Site();
        (await CommandLine.RunAsync("init", site.PathOf("new.json"))).With(0);
        var printed = (await CommandLine.RunAsync("schema")).With(0);
        Assert.Contains("$schema", printed.Output, StringComparison.Ordinal);
        using var beside = JsonDocument.Parse(await File.ReadAllTextAsync(site.PathOf("appliance.schema.json"), TestContext.Current.CancellationToken));
        Assert.True(JsonElement.DeepEquals(beside.RootElement, printed.Json()));
    }

    /// <summary>What is sure, and what is looked at again.</summary>
    [GeneratedRegex(@"^(\d+) to change, (\d+) perhaps, 0 hold", RegexOptions.Multiline)]
    private static partial Regex Counted();

    [GeneratedRegex(@"applied: (\d+) changes")]
    private static partial Regex Changed();

    private static IEnumerable<string?> Outcomes(JsonElement status) =>
        status.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("outcome").GetString());

    /// <summary>Canonical: names in order, each once.</summary>
    private static void AssertCanonical(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
            Assert.All(element.EnumerateArray(), AssertCanonical);
        if (element.ValueKind != JsonValueKind.Object)
            return;
        var names = element.EnumerateObject().Select(property => property.Name).ToList();
        Assert.Equal(names.Order(StringComparer.Ordinal).Distinct(), names);
        Assert.All(element.EnumerateObject(), property => AssertCanonical(property.Value));
    }

    /// <summary>What would make a browser fetch something.</summary>
    [GeneratedRegex("""https?:|\b(src|href)\s*=\s*["']?(?!#|data:)|url\(|@import|<(link|script|iframe|img)\b""", RegexOptions.IgnoreCase)]
    private static partial Regex Reference();
}
