using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Gwctl.Tests.Running;

/// <summary>What a command left: its exit code and what it printed.</summary>
internal sealed partial record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            Assert.Fail($"not one JSON document ({e.Message}):\n{this}");
            throw;
        }
    }

    /// <summary>It ended so; otherwise the test shows all that was printed.</summary>
    public Ended With(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"expected to end with {exitCode}: {this}");
        IsForPeople();
        return this;
    }

    /// <summary>It refused for this reason, in words for people.</summary>
    public Ended Refusing(int exitCode, string code)
    {
        With(exitCode);
        Assert.True(Errors.Contains(code, StringComparison.Ordinal), $"expected {code}: {this}");
        return this;
    }

    /// <summary>It shows nobody how it is made.</summary>
    public void IsForPeople() => Assert.False(StackTrace().IsMatch(Output + Errors), $"a stack trace: {this}");

    public override string ToString() => $"ended with {ExitCode}\n--- standard output\n{End(Output)}\n--- standard error\n{End(Errors)}";

    private static string End(string text) => text.Length > 1500 ? "…" + text[^1500..] : text;

    [GeneratedRegex(@"^\s+at [\w.<>`]+\(|Unhandled exception|System\.\w+(\.\w+)*Exception|\.cs:line \d+", RegexOptions.Multiline)]
    private static partial Regex StackTrace();
}
