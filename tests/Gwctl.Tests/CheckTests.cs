using Gateway.Provisioning.Tests.Checking;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>What monitoring is told of a machine: before it is built, while it runs, and when its gateway does not.</summary>
public class CheckTests
{
    [Fact]
    public async Task A_machine_that_was_not_built_says_so_in_the_form_that_monitoring_reads()
    {
        using var site = new Site();
        var line = Assert.Single((await site.RunAsync("check")).With(0).Output.TrimEnd('\n').Split('\n'));
        Assert.Null(LocalCheckFormat.WhatIsWrong(line));
        Assert.StartsWith("3 \"DICOM-Mail service\" ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_runs_is_well_in_every_check_that_a_rehearsal_can_have_well_and_a_silent_one_is_not()
    {
        using var site = new Site();
        IReadOnlyList<string> running;
        using (var served = await ServedRehearsal.StartAsync(site))
        {
            running = await LinesAsync(site);
            Assert.All(Named(running, "service", "emergencies", "queue", "dead letters", "database", "report", "requirements", "drift", "updates", "clock"), line => Assert.Matches("^[01] ", line));
            Assert.Equal("0", Named(running, "service").Single()[..1]);
            Assert.Equal("0", Named(running, "drift").Single()[..1]);
            Assert.Contains("age_days=", Named(running, "updates").Single(), StringComparison.Ordinal); // as the report words it
            Assert.Contains("offset_ms=", Named(running, "clock").Single(), StringComparison.Ordinal);
            served.Process.Kill();
            await served.EndAsync();
        }

        await Signals.LeftAfterAsync(site.Folder, TimeSpan.FromSeconds(8));
        var silent = await LinesAsync(site);
        Assert.Equal(running.Select(NameOf), silent.Select(NameOf)); // none vanishes from monitoring
        Assert.StartsWith("2 ", Named(silent, "service").Single(), StringComparison.Ordinal);
        Assert.StartsWith("3 ", Named(silent, "queue").Single(), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(Site site)
    {
        string[] lines = (await site.RunAsync("check")).With(0).Output.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.True(LocalCheckFormat.WhatIsWrong(line) is null, $"{line}: {LocalCheckFormat.WhatIsWrong(line)}"));
        return lines;
    }

    private static IEnumerable<string> Named(IEnumerable<string> lines, params string[] names) => names.Select(name => lines.Single(line => NameOf(line) == $"DICOM-Mail {name}"));

    private static string NameOf(string line) => line.Split('"')[1];
}
