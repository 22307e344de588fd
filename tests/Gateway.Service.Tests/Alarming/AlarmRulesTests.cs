using System.Net;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Alarming;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;
using Gateway.Service.Watching;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Alarming;

/// <summary>What is an alarm, when it is over, and how often it is told.</summary>
public sealed class AlarmRulesTests : IDisposable
{
    private const string Study = "1.2.3.4.5";

    private readonly string folder = Directory.CreateTempSubdirectory("gateway-alarms-").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero));
    private readonly ServiceCondition condition = new();
    private readonly IndexCondition index = new();
    private readonly Recorded told = new();
    private readonly Spool spool;
    private readonly Ledger ledger;

    public AlarmRulesTests()
    {
        spool = Spool.Open(folder, out _);
        ledger = Ledger.Open(spool.LedgerFolder, _ => { }, condition, clock, NullLogger.Instance);
    }

    [Fact]
    public void An_emergency_that_follows_one_that_is_over_is_told_however_soon_and_another_condition_is_not()
    {
        var board = new AlarmBoard(new AlarmSettings(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60), null, null), [told], clock, NullLogger<AlarmBoard>.Instance);
        foreach (var kind in new[] { AlarmKind.EmergencyOverdue, AlarmKind.DiskShort })
        {
            told.Texts.Clear();
            foreach (var _ in Enumerable.Range(0, 2))
            {
                board.Raise(kind, "pacs", "it is");
                board.Raise(kind, "pacs", "it is");
                board.Clear(kind, "pacs", "it is no more");
                clock.Advance(TimeSpan.FromMinutes(5));
            }

            Assert.Equal(kind == AlarmKind.EmergencyOverdue ? 4 : 2, told.Texts.Count);
        }
    }

    [Fact]
    public async Task Dead_letters_are_counted_into_one_alarm_and_told_again_only_after_the_quiet_time()
    {
        var watch = Watch();
        await RefuseAsync(watch, 3);
        await RefuseAsync(watch, 1);
        Assert.Equal(["GW8001 pacs: 3 images for pacs will not be sent again by themselves. The dead letters say which and why."], told.Texts);

        clock.Advance(TimeSpan.FromMinutes(60));
        await RefuseAsync(watch, 1);
        Assert.EndsWith("It was noticed 1 times more since it was told last.", told.Texts[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_does_not_report_whether_it_keeps_images_is_an_alarm()
    {
        var watch = Watch();
        var delivery = ledger.Record(new LedgerEvent.Queued("pacs", Priority.Normal, DeliveryKind.Study, Study, ["a"]));
        ledger.Record(new LedgerEvent.CommitmentOverdue(delivery.Number, "1.2.840.99"));
        await CatchAsync(watch);

        Assert.StartsWith("GW8017 pacs: ", Assert.Single(told.Texts), StringComparison.Ordinal);
        Assert.DoesNotContain("1.2.840", told.Texts[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delivery_that_is_given_up_is_an_alarm_without_the_reason_that_may_name_an_image()
    {
        var watch = Watch();
        var delivery = ledger.Record(new LedgerEvent.Queued("pacs", Priority.Normal, DeliveryKind.Study, Study, ["a"]));
        ledger.Record(new LedgerEvent.Finished(delivery.Number, "no answer about 1.2.840.10008.1.1"));
        await CatchAsync(watch);

        Assert.StartsWith("GW8002 pacs: ", Assert.Single(told.Texts), StringComparison.Ordinal);
        Assert.DoesNotContain("1.2.840", told.Texts[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_of_an_earlier_run_are_told_at_the_start()
    {
        await RefuseAsync(Watch(), 2);
        told.Texts.Clear();

        Watch().Catch();

        Assert.StartsWith("GW8001 pacs: 2 images", Assert.Single(told.Texts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_emergency_is_overdue_after_its_time_and_no_longer_once_it_is_delivered()
    {
        var watch = Watch();
        var delivery = ledger.Record(new LedgerEvent.Queued("partner", Priority.Emergency, DeliveryKind.Part, Study, ["a"]));
        ledger.Record(new LedgerEvent.Queued("partner", Priority.Normal, DeliveryKind.Study, Study, ["b"]));
        clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        await CatchAsync(watch);
        Assert.Empty(told.Texts);

        clock.Advance(TimeSpan.FromSeconds(11));
        await CatchAsync(watch);
        ledger.Record(new LedgerEvent.Stored(delivery.Number, "a", "0000"));
        ledger.Record(new LedgerEvent.Finished(delivery.Number, null));
        clock.Advance(TimeSpan.FromSeconds(10));
        await CatchAsync(watch);

        Assert.Equal(
            ["GW8003 partner: An emergency for partner has waited for 15 minutes and is not delivered.", "GW8003 partner: No emergency for partner is overdue any more."], told.Texts);
    }

    [Fact]
    public void A_database_that_is_away_is_an_alarm_after_a_minute_and_is_told_to_be_back()
    {
        var watch = Watch();
        index.Away();
        watch.Catch();
        clock.Advance(TimeSpan.FromSeconds(59));
        watch.Catch();
        Assert.Empty(told.Texts);

        clock.Advance(TimeSpan.FromSeconds(1));
        watch.Catch();
        index.IsBack();
        watch.Catch();
        index.Away();
        clock.Advance(TimeSpan.FromSeconds(30));
        watch.Catch();

        Assert.Equal(["GW8006 database: The database is away. Images are received and sent without it.", "GW8006 database: The database is back."], told.Texts);
    }

    [Fact]
    public void A_disk_below_its_reserve_and_a_ledger_that_fails_are_alarms()
    {
        var watch = Watch(reserve: long.MaxValue);
        condition.LedgerFails();
        condition.LedgerLacksLines();
        watch.Catch();
        condition.LedgerTakesLines();
        watch.Catch();

        Assert.Equal(["GW8005", "GW8007", "GW8008", "GW8008"], told.Texts.Select(text => text[..6]).Order());
        Assert.Equal("GW8008 ledger: The ledger is written again.", told.Texts[^1]);
    }

    [Fact]
    public void A_table_of_ids_that_is_wrong_is_an_alarm_until_it_is_right()
    {
        var table = Path.Combine(folder, "patients.csv");
        File.WriteAllText(table, "from,to\nP-4711\n");
        var watch = Watch(targets: new DicomTarget("pacs", AeTitle.Parse("PACS"), new IPEndPoint(IPAddress.Loopback, 104), new IdRule("", "", "", "", table)));
        watch.Catch();
        Assert.Equal("GW8014 pacs: The table of ids patients.csv for pacs cannot be used: line 2: 1 fields where two are needed. The last good one stays in force; where there is none, images wait.", Assert.Single(told.Texts));

        File.WriteAllText(table, "from,to\nP-4711,H-1\n");
        watch.Catch();

        Assert.Equal("GW8014 pacs: The tables of ids for pacs can be used again.", told.Texts[^1]);
    }

    public void Dispose()
    {
        ledger.Dispose();
        spool.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private LedgerWatch Watch(long reserve = 0, params IEnumerable<DicomTarget> targets)
    {
        var settings = new AlarmSettings(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60), null, null);
        var limits = new DiskLimits(reserve, 0, TimeSpan.FromHours(1), TimeSpan.FromDays(1));
        var room = new DiskRoom(spool, limits, new UrgencyTitles(null, null), condition, clock, NullLogger<DiskRoom>.Instance);
        var board = new AlarmBoard(settings, [told], clock, NullLogger<AlarmBoard>.Instance);
        return new LedgerWatch(ledger, [new AlarmRules(ledger, room, limits, index, condition, settings, new IdTables(targets, clock, NullLogger<IdTables>.Instance), board, clock)], clock, NullLogger<LedgerWatch>.Instance);
    }

    private async Task RefuseAsync(LedgerWatch watch, int images)
    {
        string[] names = [.. Enumerable.Range(0, images).Select(number => $"{number}")];
        var delivery = ledger.Record(new LedgerEvent.Queued("pacs", Priority.Normal, DeliveryKind.Study, Study, names));
        foreach (var name in names)
            ledger.Record(new LedgerEvent.Refused(delivery.Number, name, "C000", "1.2.840.10008.5.1.4.1.1.2"));
        ledger.Record(new LedgerEvent.Finished(delivery.Number, null));
        await CatchAsync(watch);
    }

    private async Task CatchAsync(LedgerWatch watch)
    {
        await ledger.FlushAsync();
        watch.Catch();
    }

    private sealed class Recorded : IAlarmChannel
    {
        public List<string> Texts { get; } = [];

        public void Offer(Alarm alarm) => Texts.Add($"{alarm.Kind.Code} {alarm.Subject}: {alarm.Text}");
    }
}
