using Gateway.Service.Keeping;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Keeping;

/// <summary>When a volume is full, by how it filled.</summary>
public sealed class VolumeTrendTests : IDisposable
{
    private const long Gigabyte = 1_000_000_000;

    private readonly string folder = Directory.CreateTempSubdirectory("trend-").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero));
    private long free = 100 * Gigabyte;
    private bool isGone;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void It_takes_a_day_to_say_anything_and_then_says_when_it_is_full_if_it_goes_on_like_this()
    {
        var trend = Trend();
        Assert.Null(Assert.Single(trend.Now()).DaysUntilFull);
        Fill(trend, hours: 23, perHour: Gigabyte / 24);
        Assert.Null(Assert.Single(trend.Now()).DaysUntilFull);
        Fill(trend, hours: 25, perHour: Gigabyte / 24); // a gigabyte a day
        Assert.Equal(98, Assert.Single(trend.Now()).DaysUntilFull!.Value, tolerance: 0.2);
    }

    [Fact]
    public void A_volume_that_empties_or_stays_as_it_is_is_never_full()
    {
        var trend = Trend();
        Fill(trend, hours: 48, perHour: 0);
        Assert.Null(Assert.Single(trend.Now()).DaysUntilFull);
        Fill(trend, hours: 48, perHour: -Gigabyte);
        Assert.Null(Assert.Single(trend.Now()).DaysUntilFull);
    }

    [Fact]
    public void What_was_noted_outlives_a_restart_and_not_two_weeks_and_a_damaged_line_is_passed_over()
    {
        Fill(Trend(), hours: 48, perHour: Gigabyte / 24);
        File.AppendAllText(Path.Combine(folder, VolumeTrend.FileName), "2026-11-3");
        Assert.NotNull(Assert.Single(Trend().Now()).DaysUntilFull);
        clock.Advance(TimeSpan.FromDays(15));
        var trend = Trend();
        trend.Note();
        Assert.Null(Assert.Single(trend.Now()).DaysUntilFull);
        Assert.Single(File.ReadAllLines(Path.Combine(folder, VolumeTrend.FileName)));
    }

    [Fact]
    public void A_clock_that_is_set_back_leaves_no_notes_of_the_future()
    {
        Fill(Trend(), hours: 48, perHour: Gigabyte / 24);
        var (before, late) = (File.ReadAllLines(Path.Combine(folder, VolumeTrend.FileName)).Length, new FakeTimeProvider(clock.GetUtcNow().AddHours(-24)));
        new VolumeTrend([("images", folder)], _ => (free, 200 * Gigabyte), Path.Combine(folder, VolumeTrend.FileName), late, NullLogger.Instance).Note();
        Assert.InRange(File.ReadAllLines(Path.Combine(folder, VolumeTrend.FileName)).Length, 1, before - 20);
    }

    [Fact]
    public void A_volume_that_is_gone_is_told_as_that()
    {
        var trend = Trend();
        isGone = true;
        Assert.Equal(new VolumeState("images", 0, 0, 0), Assert.Single(trend.Now()));
        Assert.Throws<IOException>(trend.Note);
    }

    private VolumeTrend Trend() => new(
        [("images", folder)], _ => isGone ? throw new IOException("gone") : (free, 200 * Gigabyte), Path.Combine(folder, VolumeTrend.FileName), clock, NullLogger.Instance);

    private void Fill(VolumeTrend trend, int hours, long perHour)
    {
        for (var hour = 0; hour < hours; hour++)
        {
            trend.Note();
            clock.Advance(TimeSpan.FromHours(1));
            free -= perHour;
        }
    }
}
