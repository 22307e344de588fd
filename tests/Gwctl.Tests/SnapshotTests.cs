using System.Text.Json.Nodes;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A site's virtual machine is set back to a snapshot: every command that looks at it says so, until a person has compared what went in and out.</summary>
public sealed class SnapshotTests
{
    [Fact(Explicit = true)]
    public async Task Verify_and_report_say_it_apply_refuses_and_a_persons_word_ends_it()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        (await site.RunAsync("verify")).With(0);
        SetBack(site);

        Assert.Contains("then 'gwctl reconciled'", (await site.RunAsync("verify")).With(3).Output, StringComparison.Ordinal);
        (await site.RunAsync("report", "--out", site.PathOf("reports"))).With(3);
        var html = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(site.PathOf("reports"), "*.html")), TestContext.Current.CancellationToken);
        Assert.Contains("X-SNAP", html, StringComparison.Ordinal);
        Assert.Contains("mit den Partnern und dem PACS abgleichen", html, StringComparison.Ordinal);
        Assert.Contains("GW2001: X-SNAP is not met", (await site.RunAsync("apply")).With(3).Errors, StringComparison.Ordinal);

        (await site.RunAsync("reconciled")).With(64);
        Assert.Contains("reconciled by Head of IT", (await site.RunAsync("reconciled", "--by", "Head of IT")).With(0).Output, StringComparison.Ordinal);
        (await site.RunAsync("verify")).With(0);
        Assert.Contains("GW3105", (await site.RunAsync("reconciled", "--by", "Head of IT")).With(1).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_writes_an_event_of_its_own()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        SetBack(site);
        using var service = CommandLine.Start(CommandLine.Program, ["service", "--root", site.Root]);
        var reports = Path.Combine(site.State, "reports");
        for (var looks = 0; !Directory.Exists(reports) || Directory.GetFiles(reports, "*.html").Length == 0; looks++)
        {
            Assert.True(looks < 450, "no report within 45 s");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        await Signals.SendAsync(service.Id, "TERM");
        var said = (await CommandLine.EndOfAsync(service)).With(0).Output;
        Assert.Contains("This machine was set back to a snapshot, restored or copied: the generation is ", said, StringComparison.Ordinal);
    }

    // What a hypervisor does: the same disk as before, and another identifier.
    private static void SetBack(Site site)
    {
        var path = Path.Combine(site.Root, "machine.json");
        var machine = JsonNode.Parse(File.ReadAllText(path))!;
        machine["generation"]!["identifier"] = "00000000000000010000000000000002";
        File.WriteAllText(path, machine.ToJsonString());
    }
}
