using System.Text.Json;
using Gateway.Provisioning.Machines.Windows;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>
/// Every Windows that the product supports has every cmdlet and parameter that it uses: by tables read off such machines (tests/rig/reduce-documented-cmdlets
/// makes the file), and for Server 2022, of which there is no such table, by Microsoft's own pages, each cited with the commit that was read.
/// </summary>
public class CmdletsTests
{
    private static readonly Dictionary<string, Dictionary<string, string[]?>> Machines = Read<Dictionary<string, Dictionary<string, string[]?>>>("documented-cmdlets.json");

    private static readonly Dictionary<string, Page> Server2022 = Read<Dictionary<string, Page>>("documented-cmdlets-server2022.json");

    public static TheoryData<string> Systems => [.. Machines.Keys];

    [Theory]
    [MemberData(nameof(Systems))]
    public void Every_cmdlet_and_parameter_is_documented(string system)
    {
        var missing = Cmdlets.All.SelectMany(cmdlet => Machines[system].GetValueOrDefault(cmdlet.Name) is { } documented
            ? cmdlet.Parameters.Except(documented).Select(parameter => $"{cmdlet} -{parameter}")
            : [cmdlet.Name]);
        Assert.Equal("", string.Join("\n", missing));
    }

    [Fact]
    public void Every_cmdlet_and_parameter_stands_on_its_page_for_Server_2022()
    {
        var missing = Cmdlets.All.SelectMany(cmdlet => Server2022.GetValueOrDefault(cmdlet.Name) is { } page
            ? cmdlet.Parameters.Except(page.Parameters).Select(parameter => $"{cmdlet} -{parameter} is not on {page.Path}")
            : [$"{cmdlet} has no page in documented-cmdlets-server2022.json"]);
        Assert.Equal("", string.Join("\n", missing));
    }

    [Fact]
    public void Each_page_for_Server_2022_is_that_cmdlets_and_can_be_found_again() => Assert.All(Server2022, entry =>
    {
        var module = Cmdlets.All.Single(cmdlet => cmdlet.Name == entry.Key).Module;
        Assert.Equal(
            module == "CimCmdlets"
                ? ("MicrosoftDocs/PowerShell-Docs", $"reference/5.1/{module}/{entry.Key}.md") // Windows PowerShell's own, the same on every Windows
                : ("MicrosoftDocs/windows-powershell-docs", $"docset/winserver2022-ps/{module.ToLowerInvariant()}/{entry.Key}.md"),
            (entry.Value.Repository, entry.Value.Path));
        Assert.Matches("^[0-9a-f]{40}$", entry.Value.Commit);
    });

    [Fact]
    public void The_table_names_each_cmdlet_once() => Assert.Equal(Cmdlets.All.Count, Cmdlets.All.DistinctBy(c => c.Name).Count());

    [Fact]
    public async Task What_the_table_lacks_cannot_be_called()
    {
        using var powerShell = new WindowsPowerShell("/none");
        await Assert.ThrowsAsync<ArgumentException>(() => powerShell.InvokeAsync(
            Cmdlets.RemoveFirewallRule, WindowsPowerShell.With(("All", true)), missingIsEmpty: false, TestContext.Current.CancellationToken));
    }

    private static T Read<T>(string name)
    {
        using var file = typeof(CmdletsTests).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<T>(file, JsonSerializerOptions.Web)!;
    }

    /// <summary>What a page of the documentation says.</summary>
    /// <param name="Repository">Where its source lies.</param>
    /// <param name="Path">The file.</param>
    /// <param name="Commit">The version that was read.</param>
    /// <param name="Parameters">The parameters that its syntax names.</param>
    private sealed record Page(string Repository, string Path, string Commit, string[] Parameters);
}
