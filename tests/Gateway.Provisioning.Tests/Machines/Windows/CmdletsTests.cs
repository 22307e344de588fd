using System.Text.Json;
using Gateway.Provisioning.Machines.Windows;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>Every Windows that the product supports has every cmdlet and parameter that it uses, by tables read off such machines (tests/rig/reduce-documented-cmdlets makes the file).</summary>
public class CmdletsTests
{
    private static readonly Dictionary<string, Dictionary<string, string[]?>> Machines = Documented();

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
    public void The_table_names_each_cmdlet_once() => Assert.Equal(Cmdlets.All.Count, Cmdlets.All.DistinctBy(c => c.Name).Count());

    [Fact]
    public async Task What_the_table_lacks_cannot_be_called()
    {
        using var powerShell = new WindowsPowerShell("/none");
        await Assert.ThrowsAsync<ArgumentException>(() => powerShell.InvokeAsync(
            Cmdlets.RemoveFirewallRule, WindowsPowerShell.With(("All", true)), missingIsEmpty: false, TestContext.Current.CancellationToken));
    }

    private static Dictionary<string, Dictionary<string, string[]?>> Documented()
    {
        using var file = typeof(CmdletsTests).Assembly.GetManifestResourceStream("documented-cmdlets.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string[]?>>>(file)!;
    }
}
