using Gateway.DicomMail.OpenPgp;
using Gateway.DicomMail.Partners;
using Gateway.Service.Alarming;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Partnering;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Alarming;

/// <summary>That a key ends is told 30 days before, more gravely 7 days before, and no longer once there is another.</summary>
public sealed class KeyAlarmsTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    private readonly string root = Directory.CreateTempSubdirectory("keys-").FullName;
    private readonly FakeTimeProvider clock = new(Start);
    private readonly Recorded told = new();
    private readonly CorrespondentsFolders folders;
    private readonly KeyAlarms alarms;

    public KeyAlarmsTests()
    {
        folders = new CorrespondentsFolders(Path.Combine(root, "keys"), Path.Combine(root, "partners"), new MachineProtection());
        alarms = new KeyAlarms(
            new Correspondence(folders, new ServiceCondition(), NullLogger<Correspondence>.Instance),
            new AlarmBoard(new AlarmSettings(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60), null, null), [told], clock, NullLogger<AlarmBoard>.Instance), clock);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Our_last_key_that_ends_is_told_once_a_day_until_there_is_another()
    {
        folders.Keep(Made("north", 40));
        alarms.Look();
        clock.Advance(TimeSpan.FromDays(9.9));
        alarms.Look();
        Assert.Empty(told.Texts);

        clock.Advance(TimeSpan.FromDays(1));
        alarms.Look();
        clock.Advance(TimeSpan.FromHours(2));
        alarms.Look();
        Assert.StartsWith("GW8018 Warning own key: No key of this gateway can sign from 2027-01-08 on, in 29 days. gwctl keys rotate", Assert.Single(told.Texts), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromDays(23));
        alarms.Look();
        Assert.StartsWith("GW8018 Error own key: ", told.Texts[1], StringComparison.Ordinal);

        folders.Keep(Made("north", 900), clock.GetUtcNow().AddDays(30));
        alarms.Look();
        Assert.Contains("cleared", told.Texts[^1], StringComparison.Ordinal);
        var after = told.Texts.Count;
        clock.Advance(TimeSpan.FromDays(60));
        alarms.Look();
        Assert.Equal(after, told.Texts.Count);
    }

    [Fact]
    public void The_last_usable_key_of_a_partner_that_ends_is_told_about_that_partner()
    {
        var (ours, brief, longer, unaccepted) = (Made("north", 900), Made("south", 20), Made("south", 400), Made("east", 5));
        folders.Keep(ours);
        folders.Accept(brief.Public);
        folders.Write(new PartnerDirectory([Of("south", brief, longer), Of("east", unaccepted)]), ours, Start);

        alarms.Look();
        Assert.StartsWith("GW8018 Warning south: south has no key that can be written to from 2026-12-19 on", Assert.Single(told.Texts), StringComparison.Ordinal);

        folders.Accept(longer.Public);
        alarms.Look();
        Assert.Equal("GW8018 Warning south: cleared", told.Texts[^1]);
        clock.Advance(TimeSpan.FromDays(401));
        alarms.Look();
        Assert.Equal("GW8018 Error south: south has no key that can be written to. Ask for its new one: gwctl keys import, gwctl keys accept.", told.Texts[^1]);
    }

    private static OwnKey Made(string site, int days) => OwnKey.Generate(KeyAlgorithm.Curve25519, site, Start.AddDays(-1), TimeSpan.FromDays(days + 1));

    private static Partner Of(string id, params OwnKey[] keys) => new() { Id = id, Name = id, Addresses = [$"{id}@partner.example"], Keys = [.. keys.Select(key => key.Fingerprint)] };

    private sealed class Recorded : IAlarmChannel
    {
        public List<string> Texts { get; } = [];

        public void Offer(Alarm alarm) => Texts.Add($"{alarm.Kind.Code} {alarm.Kind.Severity} {alarm.Subject}: {(alarm.IsCleared ? "cleared" : alarm.Text)}");
    }
}
