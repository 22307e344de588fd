using System.Text.Json;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>
/// A machine on which somebody lived before: with folders and files of its own, one of them where the product wants to write. Whatever
/// stops a command, what stood there comes back.
/// </summary>
public sealed class InhabitedMachineTests
{
    [Fact]
    public async Task What_stood_there_comes_back()
    {
        using var site = Inhabited();
        var before = site.Listing();
        (await site.RunAsync("apply")).With(0);
        Assert.Contains("E/archive/", site.Listing());
        (await site.RunAsync("rollback")).With(0);
        Assert.Equal(before, site.Listing());
    }

    [Fact(Explicit = true)]
    public async Task What_stood_there_comes_back_after_a_killed_apply()
    {
        using var site = Inhabited();
        var before = site.Listing();
        await EndAtAsync(site, "apply", 42, "KILL");
        (await site.RunAsync("apply")).With(0);
        (await site.RunAsync("plan")).With(0);
        (await site.RunAsync("rollback")).With(0);
        Assert.Equal(before, site.Listing());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(30, Explicit = true)]
    public async Task What_stood_there_comes_back_after_a_killed_rollback(int lines)
    {
        using var site = Inhabited();
        var before = site.Listing();
        (await site.RunAsync("apply")).With(0);
        await EndAtAsync(site, "rollback", lines, "KILL");

        // On a busy computer the kill may come when the last line is written already: then there is nothing left to take back.
        if ((await site.RunAsync("status", "--json")).With(0).Json().TryGetProperty("open", out var open) && open.ValueKind != JsonValueKind.Null)
            (await site.RunAsync("rollback")).With(0);
        Assert.Equal(before, site.Listing());
    }

    [Fact]
    public async Task Ctrl_C_stops_apply_with_a_word_and_the_next_one_goes_on()
    {
        using var site = Inhabited();
        var before = site.Listing();
        var stopped = (await EndAtAsync(site, "apply", 6, "INT")).Refusing(1, "GW0003");
        Assert.Contains("gwctl apply", stopped.Errors, StringComparison.Ordinal);
        Assert.NotEqual(JsonValueKind.Null, (await site.RunAsync("status", "--json")).With(0).Json().GetProperty("open").ValueKind);
        (await site.RunAsync("apply")).With(0);
        (await site.RunAsync("plan")).With(0);
        (await site.RunAsync("rollback")).With(0);
        Assert.Equal(before, site.Listing());
    }

    private static Site Inhabited()
    {
        var site = new Site();
        foreach (var folder in new[] { "C/Users", "D/VISUS/config", "E/backup", "E/archive" })
            Directory.CreateDirectory(Path.Combine(site.Root, folder));
        File.WriteAllText(site.GatewayConfiguration, "the site's own");
        File.WriteAllText(Path.Combine(site.Root, "E", "backup", "2019.zip"), "a backup");
        return site;
    }

    private static async Task<Ended> EndAtAsync(Site site, string command, int lines, string signal)
    {
        var until = JournalWatch.LinesOf(site.Journal) + lines;
        using var process = CommandLine.Start(CommandLine.Program, site.ArgumentsOf(command));
        await JournalWatch.UntilAsync(site.Journal, until);
        await Signals.SendAsync(process.Id, signal);
        var ended = await CommandLine.EndOfAsync(process);
        Assert.True(ended.ExitCode != 0, $"{command} was over before it could be ended: {ended}");
        return ended;
    }
}
