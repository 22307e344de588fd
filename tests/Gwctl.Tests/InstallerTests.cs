using System.Text.Json.Nodes;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>What the installer calls: it hears every change and the end as lines of JSON, and its undo takes back what it did and nothing from before.</summary>
public sealed class InstallerTests
{
    [Fact]
    public async Task Applying_says_each_change_and_the_end_as_lines_of_JSON_and_undoing_leaves_the_machine_as_it_was()
    {
        using var site = new Site();
        var lines = Lines((await InstallerAsync(site, "apply")).With(0));
        Assert.Equal("applied", (string?)lines[^1]["end"]!["outcome"]);
        Assert.All(lines.SkipLast(1), line => Assert.NotNull(line["progress"]));
        Assert.Contains(lines, line => (string?)line["progress"] == "ChangeStarted folder/images");
        Assert.NotEqual(0, (int)lines[^1]["end"]!["changed"]!);

        (await InstallerAsync(site, "undo")).With(0);
        Assert.DoesNotContain(site.Listing(), entry => entry.Contains("gateway.json", StringComparison.Ordinal));
        Assert.Empty(Lines((await InstallerAsync(site, "undo")).With(0)));
    }

    [Fact]
    public async Task An_undo_keeps_what_was_applied_before_the_installation()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var before = await site.ModelAsync();
        var files = site.Listing();
        site.WriteOverlay(new JsonObject { ["backup"] = new JsonObject { ["at"] = "03:45" } });
        (await InstallerAsync(site, "apply")).With(0);
        Assert.NotEqual(before, await site.ModelAsync());

        (await InstallerAsync(site, "undo")).With(0);
        Assert.Equal(before, await site.ModelAsync());
        Assert.Equal(files, site.Listing());
    }

    [Fact]
    public async Task An_undo_after_an_apply_that_had_nothing_to_do_takes_nothing_back()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var before = await site.ModelAsync();
        (await InstallerAsync(site, "apply")).With(0);
        (await InstallerAsync(site, "undo")).With(0);
        Assert.Equal(before, await site.ModelAsync());
    }

    [Fact]
    public async Task Removing_takes_every_run_back_and_leaves_data()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        site.WriteOverlay(new JsonObject { ["backup"] = new JsonObject { ["at"] = "03:45" } });
        (await site.RunAsync("apply")).With(0);
        var image = Path.Combine(site.Root, "E", "VISUS", "images", "image.dicom");
        await File.WriteAllTextAsync(image, "an image", TestContext.Current.CancellationToken);

        (await InstallerAsync(site, "remove")).With(0);
        Assert.True(File.Exists(image));
        Assert.False(File.Exists(site.GatewayConfiguration));
        Assert.Empty(Lines((await InstallerAsync(site, "remove")).With(0)));
    }

    [Fact]
    public async Task A_refusal_is_a_line_with_its_diagnostics()
    {
        using var site = new Site();
        await File.WriteAllTextAsync(site.Overlay, """{ "gatway": {} }""", TestContext.Current.CancellationToken);
        var line = Assert.Single(Lines((await InstallerAsync(site, "apply")).With(65)));
        Assert.Equal("GW1101", (string?)line["refusal"]!["diagnostics"]![0]!["code"]);
        Assert.Empty(site.Listing());
    }

    [Fact]
    public async Task Removing_with_a_manifest_that_cannot_be_read_says_so_and_takes_nothing_back()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var before = await site.ModelAsync();
        File.Move(site.Manifest, site.PathOf("away.json"));
        Assert.Equal("GW1002", (string?)Assert.Single(Lines((await InstallerAsync(site, "remove")).With(65)))["refusal"]!["diagnostics"]![0]!["code"]);
        File.Move(site.PathOf("away.json"), site.Manifest);
        Assert.Equal(before, await site.ModelAsync());
    }

    private static Task<Ended> InstallerAsync(Site site, string verb) => CommandLine.RunAsync(["installer", .. site.ArgumentsOf(verb)]);

    private static List<JsonNode> Lines(Ended ended) => [.. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
}
