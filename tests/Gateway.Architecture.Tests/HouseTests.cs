using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Gateway.Architecture.Tests;

/// <summary>The layout of the house, and words that it does not use.</summary>
public class HouseTests
{
    private static readonly string[] TopLevel =
    [
        "Directory.Build.props", "Directory.Packages.props", "Gateway.sln", "LICENSE", "README.md", "appliance.json", "gateway", "global.json", "installer", "provisioning", "templates", "tests",
    ];

    private static readonly string[] Wordless = ["Common", "Helpers", "Utils", "Misc", "Manager"];

    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    [Fact]
    public void The_top_level_holds_what_the_design_names_and_nothing_else() =>
        Assert.Equal(TopLevel, Tracked().Select(path => path.Split('/')[0]).Where(name => !name.StartsWith('.')).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_folders_name_is_a_sentence() =>
        Assert.DoesNotContain(Tracked().SelectMany(path => path.Split('/')), part => Wordless.Contains(Path.GetFileNameWithoutExtension(part)));

    [Fact]
    public void Every_project_has_its_lock_file() => Assert.All(
        Tracked().Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)),
        project => Assert.Contains(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"), Tracked()));

    private static IReadOnlyList<string> Tracked()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files", "--cached", "--others", "--exclude-standard"]) { RedirectStandardOutput = true })!;
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return files;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
