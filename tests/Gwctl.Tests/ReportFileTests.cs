using System.Text.Json;
using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>The files of reports: each names the one before, and each is whole or not there.</summary>
public sealed class ReportFileTests
{
    [Fact]
    public async Task Each_report_names_the_one_before()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var first = (await site.RunAsync("report", "--json")).With(0).Json();
        var second = (await site.RunAsync("report", "--json")).With(0).Json();
        using var document = JsonDocument.Parse(
            await File.ReadAllBytesAsync(second.GetProperty("json").GetString()!, TestContext.Current.CancellationToken));
        Assert.Equal(first.GetProperty("sha256").GetString(), document.RootElement.GetProperty("previous").GetString());
        var status = (await site.RunAsync("status", "--json")).With(0).Json();
        Assert.Equal(second.GetProperty("html").GetString(), status.GetProperty("report").GetString());
    }

    [Fact]
    public async Task A_report_that_does_not_fit_the_disk_fails_with_a_code_and_leaves_no_half_of_itself()
    {
        using var site = new Site();
        await using var disk = await Disk.MountAsync(site.Root, "size=512k");
        (await site.RunAsync("apply")).With(0);
        var room = new DriveInfo(site.Root).AvailableFreeSpace;
        await File.WriteAllBytesAsync(
            Path.Combine(site.Root, "ballast"), new byte[room - (room % 4096) - (12 * 1024)], TestContext.Current.CancellationToken);
        var ended = (await site.RunAsync("report")).With(1);
        Assert.Matches(@"error GW\d{4}: ", ended.Errors);
        var reports = Path.Combine(site.State, "reports");
        Assert.Empty(Directory.Exists(reports) ? Directory.GetFiles(reports) : []);
    }
}
