using System.Text.Json.Nodes;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>What the installer calls: it hears every change as lines of JSON, what needs Windows Installer itself is left to the service, and its undo takes back what it did and nothing from before.</summary>
public sealed class InstallerTests
{
    [Fact]
    public async Task Applying_says_what_it_does_and_how_far_it_is_and_undoing_leaves_the_machine_as_it_was()
    {
        using var site = new Site();
        var lines = Lines((await InstallerAsync(site, "apply", "--language", "de")).With(2));
        var progress = lines.Where(line => line["progress"] is not null).ToList();
        Assert.Contains(progress, line => ((string)line["progress"]!).StartsWith("Der Server wird geprüft: ", StringComparison.Ordinal));
        Assert.Contains(progress, line => ((string)line["progress"]!).StartsWith("Eingerichtet wird: der Dienst DicomMailGateway läuft", StringComparison.Ordinal));
        Assert.Equal(progress.Select(line => (int)line["permille"]!).Order(), progress.Select(line => (int)line["permille"]!));
        Assert.Equal(1000, (int)progress[^1]["permille"]!);
        Assert.True(File.Exists((string?)Assert.Single(lines, line => line["show"] is not null)["show"]));
        Assert.DoesNotContain(lines, line => line["error"] is not null);
        Assert.Contains("built: ", Log(site), StringComparison.Ordinal);

        (await InstallerAsync(site, "undo")).With(0);
        Assert.DoesNotContain(site.Listing(), entry => entry.Contains("gateway.json", StringComparison.Ordinal));
        Assert.Null(RunningService.StateOf(site));
        Assert.Empty(Lines((await InstallerAsync(site, "undo")).With(0)));
    }

    [Fact]
    public async Task What_is_an_MSI_itself_and_what_rests_on_it_is_left_to_the_service_which_does_it_when_it_looks()
    {
        using var site = new Site();
        (await InstallerAsync(site, "apply")).With(2);
        var left = Log(site).Split('\n').Single(line => line.Contains("does the rest when Windows Installer is free: ", StringComparison.Ordinal)).Split(": ")[^1].Trim('.', ' ', '\r').Split(", ");
        Assert.Equal(["agent-registration/check-mk", "file/agent-checks", "file/agent-config", "package/check-mk-agent"], left.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("check-mk-agent", Packages(await site.ModelAsync()));
        Assert.Equal("pending", RunningService.StateOf(site));

        using (await RunningService.StartAsync(site))
            await RunningService.UntilAsync(site, "verified");
        Assert.Contains("check-mk-agent", Packages(await site.ModelAsync()));
        (await site.RunAsync("plan")).With(0);

        // Another MSI cannot be removed inside an installation either: it stays, with what keeps it quiet.
        (await InstallerAsync(site, "remove")).With(0);
        Assert.Contains("check-mk-agent", Packages(await site.ModelAsync()));
        Assert.Contains(site.Listing(), entry => entry.Contains("check_mk.user.yml", StringComparison.Ordinal));
        Assert.False(File.Exists(site.GatewayConfiguration));
        Assert.Null(RunningService.StateOf(site));
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
        (await InstallerAsync(site, "remove")).With(0);
        Assert.True(File.Exists(image));
    }

    [Fact]
    public async Task Removing_with_a_purge_deletes_data_and_the_products_own_state()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        await File.WriteAllTextAsync(Path.Combine(site.Root, "E", "VISUS", "images", "image.dicom"), "an image", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(site.Root, "E", "theirs"));
        (await InstallerAsync(site, "remove", "--purge")).With(0);
        Assert.Equal(["E/theirs/"], site.Listing().Where(entry => !entry.StartsWith('C')));
        Assert.False(Directory.Exists(site.State));
    }

    [Fact]
    public async Task Without_a_manifest_the_one_that_was_applied_last_counts_else_that_beside_the_MSI_and_its_payloads_with_it()
    {
        using var site = new Site();
        var beside = Directory.CreateDirectory(site.PathOf("Röntgen Süd")).FullName;
        var msi = Path.Combine(beside, "Gateway.msi");
        string[] without = ["installer", "apply", "--msi", msi, "--root", site.Root, "--overlay", site.Overlay];
        Assert.Contains("GW1002", (await CommandLine.RunAsync(without)).With(65).Output, StringComparison.Ordinal);

        File.Copy(site.Manifest, Path.Combine(beside, "appliance.json"));
        await File.WriteAllTextAsync(Path.Combine(beside, "mariadb-winx64.zip"), "", TestContext.Current.CancellationToken);
        (await CommandLine.RunAsync(without)).With(2);
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(site.State, "appliance.json"), TestContext.Current.CancellationToken))!;
        Assert.Equal(beside, (string?)kept["payloadFolder"]);

        // It may be anything by now.
        await File.WriteAllTextAsync(Path.Combine(beside, "appliance.json"), "{}", TestContext.Current.CancellationToken);
        (await CommandLine.RunAsync("installer", "apply", "--msi", msi, "--root", site.Root, "--payloads", @"\\server\share")).With(2);
        Assert.Contains(@"\\server\share", (string?)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(site.State, "appliance.json"), TestContext.Current.CancellationToken))!["payloadFolder"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_a_line_with_its_reasons()
    {
        using var site = new Site();
        await File.WriteAllTextAsync(site.Overlay, """{ "gatway": {} }""", TestContext.Current.CancellationToken);
        var line = Assert.Single(Lines((await InstallerAsync(site, "apply")).With(65)));
        Assert.StartsWith("GW1101 ", (string?)line["error"], StringComparison.Ordinal);
        Assert.Empty(site.Listing());
    }

    [Fact]
    public async Task Removing_with_a_manifest_that_cannot_be_read_says_so_and_takes_nothing_back()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var before = await site.ModelAsync();
        File.Move(site.Manifest, site.PathOf("away.json"));
        Assert.StartsWith("GW1002 ", (string?)Assert.Single(Lines((await InstallerAsync(site, "remove")).With(65)))["error"], StringComparison.Ordinal);
        File.Move(site.PathOf("away.json"), site.Manifest);
        Assert.Equal(before, await site.ModelAsync());
    }

    [Fact]
    public async Task A_machine_that_is_refused_keeps_a_report_that_says_why_and_nothing_else()
    {
        using var site = new Site();
        site.WriteOverlay(new JsonObject { ["hardware"] = new JsonObject { ["disks"] = new JsonArray(new JsonObject { ["drive"] = @"D:\", ["size"] = "999 GB", ["freeBeforeInstallation"] = "1 GB" }) } });
        var lines = Lines((await InstallerAsync(site, "apply", "--language", "de")).With(3));
        Assert.Matches("GW2001 HW-3 ist nicht erfüllt .*gefunden", (string?)Assert.Single(lines, line => line["error"] is not null)["error"]);
        var report = (string)Assert.Single(lines, line => line["show"] is not null)["show"]!;
        Assert.Contains("HW-3", await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("error GW2001: HW-3 is not met", Log(site), StringComparison.Ordinal);
        (await InstallerAsync(site, "undo")).With(0);
        Assert.Empty(site.Listing());
    }

    private static Task<Ended> InstallerAsync(Site site, string verb, params string[] more) => CommandLine.RunAsync(["installer", .. site.ArgumentsOf(verb, more)]);

    private static List<JsonNode> Lines(Ended ended) =>
        [.. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Where(line => line.AsObject().Count > 0)];

    private static IEnumerable<string?> Packages(string model) => (JsonNode.Parse(model)!["packages"]?.AsArray() ?? []).Select(package => (string?)package!["id"]);

    private static string Log(Site site) => File.ReadAllText(Path.Combine(site.State, "reports", "installation.log"));
}
