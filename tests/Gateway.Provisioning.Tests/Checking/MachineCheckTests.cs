using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Machines;
using Xunit;

namespace Gateway.Provisioning.Tests.Checking;

/// <summary>What monitoring is told of reports and backups where a clock was wrong, or where there are none.</summary>
public sealed class MachineCheckTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("checks-").FullName;
    private readonly DateTimeOffset now = DateTimeOffset.UtcNow;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_report_of_a_time_to_come_is_never_the_newest()
    {
        foreach (var at in new[] { now.AddDays(-1), now.AddMinutes(-5), now.AddDays(40) })
            File.WriteAllText(Path.Combine(folder, ReportsInFolder.NameOf(at) + ".json"), "{}");
        File.WriteAllText(Path.Combine(folder, "compliance-of-somebody.json"), "{}");
        Assert.Equal(ReportsInFolder.NameOf(now.AddMinutes(-5)), Path.GetFileNameWithoutExtension(ReportsInFolder.Newest(folder, ".json", now)));
        Assert.Null(ReportsInFolder.Newest(folder, ".html", now));
        Assert.Null(ReportsInFolder.Newest(Path.Combine(folder, "nowhere"), ".json", now));
    }

    [Fact]
    public void No_backup_at_all_warns_at_first_and_is_critical_once_there_should_be_one()
    {
        var site = WatchedSite.Of(Rehearsed.DefaultAppliance());
        CheckState After(double hours) => new MachineChecks(site, now.AddHours(hours)).OfBackup(folder).State;
        Assert.Equal([CheckState.Warning, CheckState.Warning, CheckState.Critical], new[] { 0, 30.0, 60 }.Select(After));
        Assert.Equal(CheckState.Warning, new MachineChecks(site, now).OfBackup(Path.Combine(folder, "nowhere")).State);

        Directory.CreateDirectory(Path.Combine(folder, now.AddDays(9).ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Contains("time to come", new MachineChecks(site, now).OfBackup(folder).Text, StringComparison.Ordinal);
    }
}
