using System.Text.Json;
using System.Text.Json.Nodes;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A real apply is killed at a line of its journal; the next one goes on, and rollback restores what was before.</summary>
public sealed class KilledApplyTests
{
    [Theory]
    [InlineData(1, Explicit = true)]
    [InlineData(3, Explicit = true)]
    [InlineData(14)]
    [InlineData(44, Explicit = true)]
    public async Task A_killed_apply_is_gone_on_with_and_rolled_back_whole(int lines)
    {
        using var site = new Site();
        await KillAtAsync(site, lines);
        (await site.RunAsync("apply")).With(0);
        (await site.RunAsync("plan")).With(0);
        (await site.RunAsync("rollback")).With(0);
        Assert.Empty(site.Listing());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(35, Explicit = true)]
    public async Task A_killed_apply_is_rolled_back_without_being_gone_on_with(int lines)
    {
        using var site = new Site();
        var before = await site.ModelAsync();
        await KillAtAsync(site, lines);
        var open = (await site.RunAsync("status", "--json")).With(0).Json().GetProperty("open");
        Assert.NotEqual(JsonValueKind.Null, open.ValueKind);
        (await site.RunAsync("rollback")).With(0);
        Assert.Empty(site.Listing());
        Assert.Equal(before, await site.ModelAsync());
    }

    [Fact]
    public async Task A_killed_change_of_a_built_machine_is_rolled_back_to_what_was_built()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var (built, model) = (site.Listing(), await site.ModelAsync());
        site.WriteOverlay(new JsonObject { ["gateway"] = new JsonObject { ["maximumPduBytes"] = 65536 } });
        await KillAtAsync(site, 2);
        (await site.RunAsync("apply")).With(0);
        Assert.Contains("65536", await File.ReadAllTextAsync(site.GatewayConfiguration, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await site.RunAsync("rollback")).With(0);
        Assert.Equal(built, site.Listing());
        Assert.Equal(model, await site.ModelAsync());
    }

    /// <summary>An apply that is killed once the journal has that many lines more.</summary>
    internal static async Task KillAtAsync(Site site, int lines)
    {
        using var apply = CommandLine.Start(CommandLine.Program, site.ArgumentsOf("apply"));
        await JournalWatch.UntilGrownByAsync(site.Journal, lines);
        apply.Kill();
        var ended = await CommandLine.EndOfAsync(apply);
        Assert.True(ended.ExitCode == 137, $"it was to be killed in the middle: {ended}");
    }
}
