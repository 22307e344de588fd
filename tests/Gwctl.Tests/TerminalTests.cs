using System.Text.RegularExpressions;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A person at a terminal sees colour and progress; one who does not want colour sets NO_COLOR.</summary>
public sealed partial class TerminalTests
{
    [Theory]
    [InlineData("plan", 2)]
    [InlineData("apply", 0)]
    [InlineData("verify", 2)]
    public async Task A_terminal_has_colour_and_progress(string command, int exitCode)
    {
        Assert.SkipWhen(Terminal.Missing is not null, Terminal.Missing ?? "");
        using var site = new Site();
        var seen = (await Terminal.RunAsync(site.ArgumentsOf(command))).With(exitCode);
        Assert.Matches(Colour(), seen.Output);
        Assert.Contains(command is "apply" ? "applying" : "looking at", seen.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan", 2)]
    [InlineData("verify", 2)]
    [InlineData("rehearse", 0, Explicit = true)]
    public async Task NO_COLOR_takes_the_colour_away(string command, int exitCode)
    {
        Assert.SkipWhen(Terminal.Missing is not null, Terminal.Missing ?? "");
        using var site = new Site();
        var seen = (await Terminal.RunAsync(site.ArgumentsOf(command), ("NO_COLOR", "1"))).With(exitCode);
        Assert.DoesNotMatch(Colour(), seen.Output);
    }

    [Fact]
    public async Task NO_COLOR_takes_the_colour_of_errors_away()
    {
        Assert.SkipWhen(Terminal.Missing is not null, Terminal.Missing ?? "");
        var seen = (await Terminal.RunAsync(["validate", "/nowhere/appliance.json"], ("NO_COLOR", "1"))).With(65);
        Assert.DoesNotMatch(Colour(), seen.Output);
        Assert.Contains("GW1002", seen.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_at_a_terminal_has_neither_colour_nor_progress()
    {
        Assert.SkipWhen(Terminal.Missing is not null, Terminal.Missing ?? "");
        using var site = new Site();
        var seen = (await Terminal.RunAsync(site.ArgumentsOf("plan", "--json"))).With(2);
        Assert.DoesNotContain('\e', seen.Output);
        Assert.DoesNotContain("looking at", seen.Output, StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, seen.Json().ValueKind);
    }

    [Theory]
    [InlineData(65, "validate", "/nowhere/appliance.json", "--json")]
    [InlineData(64, "plan", "--colour", "--json")]
    public async Task Errors_as_json_at_a_terminal_are_json_alone(int exitCode, params string[] words)
    {
        Assert.SkipWhen(Terminal.Missing is not null, Terminal.Missing ?? "");
        var seen = (await Terminal.RunAsync(words)).With(exitCode);
        Assert.DoesNotContain('\e', seen.Output);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, seen.Json().ValueKind);
    }

    /// <summary>SGR parameters that set a colour.</summary>
    [GeneratedRegex("\e\\[(\\d+;)*(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;\\d+)*m")]
    private static partial Regex Colour();
}
