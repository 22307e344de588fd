using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>What the product says of a machine that is as its manifest says. Packages cannot be asked for on Windows yet, and what cannot be looked at is not said to hold: all of that stands here.</summary>
internal static class Holding
{
    /// <summary>How <c>apply</c> and <c>verify</c> end.</summary>
    public const int ExitCode = 2;

    private static readonly string[] Excuses = ["package", "which other virus scanner runs on this server cannot be told"];

    /// <summary>Whether what does not hold could not: a package and what rests on it; an exclusion where Wine runs no virus scanner.</summary>
    public static bool IsExcused(string left) => Excuses.Any(excuse => left.Contains(excuse, StringComparison.Ordinal));

    /// <summary>Nothing differs.</summary>
    /// <param name="ended">An apply or a verify with <c>--json</c>.</param>
    /// <param name="list">Its list of what does not hold.</param>
    public static void Holds(Ended ended, string list)
    {
        Assert.True(ended.ExitCode == ExitCode, ended.ToString());
        Assert.Empty(Left(ended, list));
    }

    /// <summary>What does not hold, and should.</summary>
    public static IReadOnlyList<string> Left(Ended ended, string list) => [.. JsonNode.Parse(ended.Output)![list]!.AsArray().Select(one => one!.ToString()).Where(one => !IsExcused(one))];
}
