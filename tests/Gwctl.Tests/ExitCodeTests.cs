using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>Each exit code means one thing, is reached by what it means, and stands in the README's table.</summary>
public sealed partial class ExitCodeTests
{
    [Fact]
    public async Task Zero_says_that_it_holds_and_two_that_it_differs()
    {
        using var site = new Site();
        (await site.RunAsync("plan")).With(2);
        (await site.RunAsync("apply")).With(0);
        (await site.RunAsync("plan")).With(0);
        (await site.RunAsync("verify")).With(0);
        await File.AppendAllTextAsync(site.GatewayConfiguration, " ", TestContext.Current.CancellationToken);
        (await site.RunAsync("verify")).With(2);
        (await site.RunAsync("plan")).With(2);
    }

    [Fact]
    public async Task One_says_that_it_failed_as_a_second_apply_does_while_one_runs()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var listing = site.Listing();
        (await site.RunAsync("rollback")).With(0);

        // Stopped in the middle, the first one holds its lock for as long as the test wants.
        using var first = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("apply"));
        await JournalWatch.UntilGrownByAsync(site.Journal, lines: 4);
        await Signals.SendAsync(first.Id, "STOP");
        Assert.False(first.HasExited, "the first apply was over before it could be stopped");
        var before = site.Listing();
        try
        {
            foreach (var command in new[] { "apply", "rollback" })
            {
                var second = (await site.RunAsync(command)).With(1);
                Assert.Matches("GW\\d{4}", second.Errors);
            }

            Assert.Equal(before, site.Listing());
        }
        finally
        {
            await Signals.SendAsync(first.Id, "CONT");
        }

        (await CommandLine.EndOfAsync(first)).With(0);
        Assert.Equal(listing, site.Listing());
        (await site.RunAsync("plan")).With(0);
    }

    [Theory]
    [InlineData("preflight")]
    [InlineData("plan")]
    [InlineData("apply")]
    [InlineData("verify")]
    [InlineData("report")]
    [InlineData("rehearse")]
    public async Task Three_says_that_a_requirement_is_not_met(string command)
    {
        using var site = new Site();
        var facts = await site.WriteFactsAsync(machine => Volume(machine, "D:")["sizeBytes"] = 40_000_000_000);
        var ended = (await site.RunAsync(command, "--facts", facts)).With(3);
        if (command is not "report")
            Assert.Contains("HW-3", ended.Output + ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(site.Listing(), line => !line.EndsWith('/'));
    }

    [Fact]
    public async Task Four_says_that_it_holds_and_waits_for_a_restart()
    {
        using var site = new Site();
        var facts = await site.WriteFactsAsync(machine => machine["updates"]!["pendingRestart"] = true);
        var applied = (await site.RunAsync("apply", "--facts", facts)).With(4);
        Assert.Contains("restart", applied.Output, StringComparison.Ordinal);
        (await site.RunAsync("verify")).With(4);
        (await site.RunAsync("report")).With(4);
        (await site.RunAsync("plan")).With(4);
        await File.AppendAllTextAsync(site.GatewayConfiguration, " ", TestContext.Current.CancellationToken);
        (await site.RunAsync("verify")).With(2); // what differs does not hold, restart or not
    }

    [Theory]
    [InlineData("")]
    [InlineData("build")]
    [InlineData("plan appliance.json another.json")]
    [InlineData("plan appliance.json --colour")]
    [InlineData("plan appliance.json --overlay")]
    [InlineData("schema appliance.json")]
    [InlineData("gateway send appliance.json --study 1.2")]
    public async Task Sixty_four_says_wrong_usage(string line)
    {
        var ended = (await CommandLine.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Refusing(64, "GW0001");
        var words = line.Split(' ').TakeWhile(word => word is not "build" and not "appliance.json").Where(word => word.Length > 0);
        Assert.Contains($"See: {string.Join(' ', ["gwctl", .. words])} --help", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }

    [Theory]
    [InlineData("build --json")]
    [InlineData("--json")]
    [InlineData("plan appliance.json --colour --json")]
    [InlineData("verify --json --root")]
    public async Task Wrong_usage_is_one_document_for_machines(string line)
    {
        var ended = (await CommandLine.RunAsync(line.Split(' '))).With(64);
        Assert.Empty(ended.Errors);
        var found = ended.Json().GetProperty("diagnostics").EnumerateArray().ToList();
        Assert.NotEmpty(found);
        Assert.All(found, diagnostic =>
        {
            Assert.Equal("GW0001", diagnostic.GetProperty("code").GetString());
            Assert.Contains("--help", diagnostic.GetProperty("mend").GetString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("plan --colour")]
    [InlineData("apply --dry-run")]
    [InlineData("verify --root")]
    public async Task An_unknown_option_is_wrong_usage_and_never_a_manifests_name(string line) =>
        (await CommandLine.RunAsync(line.Split(' '))).Refusing(64, "GW0001");

    [Theory]
    [InlineData("validate")]
    [InlineData("facts")]
    [InlineData("preflight")]
    [InlineData("plan")]
    [InlineData("apply")]
    [InlineData("verify")]
    [InlineData("rollback")]
    [InlineData("report")]
    [InlineData("rehearse")]
    [InlineData("status")]
    public async Task Sixty_five_says_that_the_manifest_is_invalid(string command)
    {
        using var site = new Site();
        site.WriteOverlay(new JsonObject { ["gatewway"] = new JsonObject() });
        var ended = (await site.RunAsync(command)).Refusing(65, "GW1101");
        Assert.Contains("site.json:1:", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("/gatewway", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("gateway", ended.Errors.Replace("gatewway", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.False(Directory.Exists(site.Root), "a refused command left a machine");
    }

    [Fact]
    public void The_readme_holds_exactly_these_codes()
    {
        var lines = File.ReadAllLines(Path.Combine(CommandLine.Repository, "README.md"));
        var codes = lines
            .SkipWhile(line => !(line.StartsWith('#') && line.Contains("exit codes", StringComparison.OrdinalIgnoreCase)))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith('#'))
            .Select(line => Row().Match(line))
            .Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].Value));
        Assert.Equal([0, 1, 2, 3, 4, 64, 65], codes);
    }

    [GeneratedRegex(@"^\|\s*`?(\d+)`?\s*\|")]
    private static partial Regex Row();

    private static JsonNode Volume(JsonNode machine, string drive) =>
        machine["volumes"]!.AsArray().Single(volume => (string?)volume!["drive"] == drive)!;
}
