using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>What the product says of a machine that is as its manifest says. What cannot be looked at is not said to hold: an exclusion, where Wine runs no virus scanner.</summary>
internal static class Holding
{
    // The second is about the key of the machine's certificate.
    private static readonly string[] Excuses = ["which other virus scanner runs on this server cannot be told", "this is Wine, which keeps no access rights"];

    /// <summary>Whether what does not hold could not.</summary>
    public static bool IsExcused(string left) => Excuses.Any(excuse => left.Contains(excuse, StringComparison.Ordinal));

    /// <summary>Whether an exit code says that nothing differs, or only what could not be looked at.</summary>
    public static bool IsCodeOf(int exitCode) => exitCode is 0 or 2;

    /// <summary>Nothing differs.</summary>
    /// <param name="ended">An apply or a verify with <c>--json</c>.</param>
    /// <param name="list">Its list of what does not hold.</param>
    public static void Holds(Ended ended, string list)
    {
        Assert.True(IsCodeOf(ended.ExitCode), ended.ToString());
        Assert.Empty(Left(ended, list));
    }

    /// <summary>What does not hold, and should.</summary>
    public static IReadOnlyList<string> Left(Ended ended, string list) => [.. JsonNode.Parse(ended.Output)![list]!.AsArray().Select(one => one!.ToString()).Where(one => !IsExcused(one))];
}
