using Xunit;

namespace Gateway.Windows.Tests;

/// <summary>Nobody's machine is changed without leave. These run everywhere.</summary>
public class PermissionTests
{
    private const string Change = "I-may-change-this-machine";

    [Theory]
    [InlineData(false, false, Change, true, false, "no Windows")]
    [InlineData(true, true, Change, true, false, "Wine")]
    [InlineData(true, false, null, true, false, "GATEWAY_REAL_WINDOWS=look")]
    [InlineData(true, false, "1", true, true, "nobody allowed it")]
    [InlineData(true, false, "i-may-change-this-machine", true, true, "nobody allowed it")]
    [InlineData(true, false, "look", true, true, "allows to look only")]
    [InlineData(true, false, "look", false, false, "not elevated")]
    [InlineData(true, false, Change, false, true, "not elevated")]
    public void Without_leave_or_rights_a_test_is_skipped_and_says_why(bool windows, bool wine, string? leave, bool elevated, bool changes, string why) =>
        Assert.Contains(why, Permission.WhyNot(windows, wine, leave, elevated, changes), StringComparison.Ordinal);

    [Theory]
    [InlineData("look", false)]
    [InlineData(Change, false)]
    [InlineData(Change, true)]
    public void With_leave_and_rights_it_runs(string leave, bool changes) => Assert.Null(Permission.WhyNot(isWindows: true, isWine: false, leave, elevated: true, changes));
}
