using Gateway.Service.Alarming;
using Gateway.Service.Certifying;
using Gateway.Service.Configuration;
using Gateway.Service.Tests.Certifying;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Alarming;

/// <summary>A site is told 30 and 7 days before the network will not know it any more, and when it does not.</summary>
public sealed class CertificateAlarmTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("gateway-forecast-").FullName;
    private readonly FakeTimeProvider clock = new(Now);
    private readonly Recorded told = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void It_is_told_once_a_day_from_30_days_on_graver_from_7_days_on_and_gravest_at_the_end()
    {
        Pair.Lay(folder, "one", Now.AddDays(-300), Now.AddDays(31));
        var alarm = Alarm();
        Pass(alarm, TimeSpan.FromHours(23));
        Assert.Empty(told.Texts);

        Pass(alarm, TimeSpan.FromHours(2));
        Assert.Equal(
            "Warning GW8019 certificate: This site's certificate ends in 30 days, on 2026-12-30 12:00 UTC, and none is installed that follows it: then its mail servers let it not in. gwctl cert renew asks for one.",
            Assert.Single(told.Texts));

        Pass(alarm, TimeSpan.FromDays(22));
        Assert.InRange(told.Texts.Count, 22, 24); // one a day
        Assert.All(told.Texts, text => Assert.StartsWith("Warning GW8019", text, StringComparison.Ordinal));

        told.Texts.Clear();
        Pass(alarm, TimeSpan.FromDays(1));
        Assert.StartsWith("Error GW8019 certificate: This site's certificate ends in 7 days", Assert.Single(told.Texts, text => text.StartsWith("Error", StringComparison.Ordinal)), StringComparison.Ordinal);

        Pass(alarm, TimeSpan.FromDays(7));
        Assert.StartsWith("Critical GW8019 certificate: No certificate of this site counts now", told.Texts[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(told.Texts, text => text.Contains("over", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_that_is_installed_and_follows_ends_the_alarm_with_one_word()
    {
        Pair.Lay(folder, "one", Now.AddDays(-300), Now.AddDays(31));
        var alarm = Alarm();
        Pass(alarm, TimeSpan.FromDays(25)); // both alarms were told
        told.Texts.Clear();

        Pair.Lay(folder, "next", Now.AddDays(31), Now.AddDays(400));
        Pass(alarm, TimeSpan.FromMinutes(2));
        Assert.Equal(["over GW8019 certificate: The network knows this site until 2028-01-03 12:00 UTC."], told.Texts);
        Pass(alarm, TimeSpan.FromDays(3));
        Assert.Single(told.Texts);
    }

    [Fact]
    public void One_that_leaves_a_gap_does_not_follow()
    {
        Pair.Lay(folder, "one", Now.AddDays(-300), Now.AddDays(20));
        Pair.Lay(folder, "next", Now.AddDays(21), Now.AddDays(400));
        Alarm().Look();
        Assert.StartsWith("Warning GW8019 certificate: This site's certificate ends in 20 days", Assert.Single(told.Texts), StringComparison.Ordinal);
    }

    [Fact]
    public void A_site_without_one_is_told_at_once()
    {
        Alarm().Look();
        Assert.StartsWith("Critical GW8019 certificate: This site has no certificate whose key can be used", Assert.Single(told.Texts), StringComparison.Ordinal);
    }

    private CertificateAlarm Alarm() => new(
        new OwnCertificate(new FolderTransportKeys(folder, "CN=gateway"), [], clock, NullLogger<OwnCertificate>.Instance),
        new AlarmBoard(new AlarmSettings(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60), null, null), [told], clock, NullLogger<AlarmBoard>.Instance),
        clock);

    private void Pass(CertificateAlarm alarm, TimeSpan time)
    {
        for (var end = clock.GetUtcNow() + time; clock.GetUtcNow() < end;)
        {
            clock.Advance(end - clock.GetUtcNow() < TimeSpan.FromMinutes(30) ? end - clock.GetUtcNow() : TimeSpan.FromMinutes(30));
            alarm.Look();
        }
    }

    private sealed class Recorded : IAlarmChannel
    {
        public List<string> Texts { get; } = [];

        public void Offer(Alarm alarm) => Texts.Add($"{(alarm.IsCleared ? "over" : alarm.Kind.Severity)} {alarm.Kind.Code} {alarm.Subject}: {alarm.Text}");
    }
}
