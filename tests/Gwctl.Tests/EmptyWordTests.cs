using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A word that is empty, as a script's unset variable makes it, is wrong usage.</summary>
public sealed class EmptyWordTests
{
    [Theory]
    [InlineData("--root")]
    [InlineData("--out")]
    public async Task An_empty_value_of_an_option_is_wrong_usage(string option)
    {
        using var site = new Site();
        string[] root = option is "--root" ? [] : ["--root", site.Root];
        var ended = (await CommandLine.RunAsync(["plan", site.Manifest, .. root, option, ""])).Refusing(64, "GW0001");
        Assert.Contains(option, ended.Errors, StringComparison.Ordinal);
    }
}
