using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Service.Configuration;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Keeping;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Keeping;

/// <summary>What may go from the disk, and when.</summary>
public sealed class RetentionTests : IDisposable
{
    private const string Study = "1.2.3";

    private readonly string folder = Directory.CreateTempSubdirectory("spool-").FullName;
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
    private readonly ServiceCondition condition = new();
    private readonly KnownInstances known = new();
    private readonly OldestImages oldest = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_all_targets_have_goes_after_a_while_and_what_one_lacks_stays_until_the_longest_time()
    {
        using var spool = Spool.Open(folder, out _);
        using var ledger = Open(spool);
        var (delivered, waiting, dead, nowhere) = (Keep(spool, ledger, 1, "pacs"), Keep(spool, ledger, 2, "pacs"), Keep(spool, ledger, 3, "pacs"), Keep(spool, ledger, 4, null));
        var queued = ledger.Record(new LedgerEvent.Queued("pacs", Priority.Normal, DeliveryKind.Study, Study, [delivered.ToString(), dead.ToString()]));
        ledger.Record(new LedgerEvent.Stored(queued.Number, delivered.ToString(), "0000"));
        ledger.Record(new LedgerEvent.Refused(queued.Number, dead.ToString(), "A900", "no"));
        ledger.Record(new LedgerEvent.Finished(queued.Number, null));
        var retention = Retention(spool, ledger, reserve: 0);

        retention.Look();
        Assert.Equal(new[] { delivered, nowhere }.Min(name => File.GetLastWriteTimeUtc(spool.PathOf(name))), oldest.Last!.Delivered?.UtcDateTime);

        clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, await retention.SweepAsync(Cancellation));
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, await retention.SweepAsync(Cancellation));
        Assert.Equal([false, true, true, false], new[] { delivered, waiting, dead, nowhere }.Select(spool.Has));
        Assert.False(known.Has(delivered));
        Assert.True(known.Has(waiting));
        retention.Look();
        Assert.NotNull(oldest.Last!.Image);
        Assert.Null(oldest.Last.Delivered);

        clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(2, await retention.SweepAsync(Cancellation));
        Assert.Empty(spool.ByAge());
        Assert.Empty(ledger.Ask(book => book.DeadLetters.ToList()));
        retention.Look();
        Assert.Equal(new OldestImages.Found(clock.GetUtcNow(), null, null), oldest.Last);
    }

    [Fact]
    public async Task A_short_disk_takes_the_oldest_that_all_targets_have_and_nothing_else()
    {
        using var spool = Spool.Open(folder, out _);
        using var ledger = Open(spool);
        var (waiting, delivered) = (Keep(spool, ledger, 1, "pacs"), Keep(spool, ledger, 2, null));
        clock.Advance(TimeSpan.FromMinutes(2));
        var unsaid = Place(spool, 3); // its line comes in a moment
        File.SetLastWriteTimeUtc(spool.PathOf(unsaid), clock.GetUtcNow().UtcDateTime);

        Assert.Equal(1, await Retention(spool, ledger, reserve: long.MaxValue).SweepAsync(Cancellation));

        Assert.Equal([true, false, true], new[] { waiting, delivered, unsaid }.Select(spool.Has));
    }

    [Fact]
    public async Task A_removal_that_a_loss_of_power_cut_off_is_ended_by_the_next_start()
    {
        SpoolName name;
        using (var spool = Spool.Open(folder, out _))
        {
            using var ledger = Open(spool);
            name = Keep(spool, ledger, 1, "pacs");
            clock.Advance(TimeSpan.FromHours(1));
            ledger.Record(new LedgerEvent.Removed(name.ToString(), "delivered")); // and no further
        }

        using var next = Spool.Open(folder, out _);
        var recorded = new RecordedNames();
        using var read = Ledger.Open(next.LedgerFolder, recorded.Apply, condition, clock, NullLogger.Instance);
        await new Reconciliation(next, recorded, known, Arrivals(next, read), condition, NullLogger<Reconciliation>.Instance).StartAsync(Cancellation);

        Assert.False(next.Has(name));
        Assert.False(condition.IsDegraded);
    }

    [Fact]
    public async Task An_object_that_comes_again_between_the_line_and_its_deletion_is_new_and_stays()
    {
        Image[] images = [new Image("1"), new Image("2")];
        SpoolName? again = null;
        using (var core = Core.Open(folder, clock))
        {
            foreach (var image in images)
                core.Receive(image);
            clock.Advance(TimeSpan.FromHours(25));
            core.Spool.Passing = moment =>
            {
                if (moment != Moment.Removed || again is not null)
                    return;
                var left = core.Spool.ByAge().Single().Name; // its line is written, and it is the next to go
                Assert.False(core.Spool.Has(left));
                Assert.Empty(core.Spool.Versions(left.InstanceHash));
                again = core.Receive(images.Single(image => SpoolName.HashOf(image.Meta.SopInstance) == left.InstanceHash));
            };
            var limits = new DiskLimits(0, 0, TimeSpan.FromHours(24), TimeSpan.FromDays(30));
            var room = new DiskRoom(core.Spool, limits, new UrgencyTitles(null, null), core.Condition, clock, NullLogger<DiskRoom>.Instance);
            await new Retention(core.Spool, core.Ledger, core.Known, room, limits, new OldestImages(), clock, NullLogger<Retention>.Instance).SweepAsync(Cancellation);

            Assert.Equal([again], core.Spool.ByAge().Select(one => (SpoolName?)one.Name));
            Assert.True(core.Spool.Has(again!.Value));
            Assert.True(core.Known.Has(again.Value));
            var about = (await core.EventsAsync()).Where(what => what is LedgerEvent.Received received && received.Name == again.ToString() || what is LedgerEvent.Removed removed && removed.Name == again.ToString());
            Assert.Equal([typeof(LedgerEvent.Received), typeof(LedgerEvent.Removed), typeof(LedgerEvent.Received)], about.Select(what => what.GetType()));
        }

        using var next = await Core.StartedAsync(folder, clock);
        Assert.True(next.Spool.Has(again!.Value));
        Assert.False(next.Condition.IsDegraded);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Ledger Open(Spool spool) => Ledger.Open(spool.LedgerFolder, _ => { }, condition, clock, NullLogger.Instance);

    private Retention Retention(Spool spool, Ledger ledger, long reserve)
    {
        var limits = new DiskLimits(reserve, 0, TimeSpan.FromHours(24), TimeSpan.FromDays(30));
        return new Retention(spool, ledger, known, new DiskRoom(spool, limits, new UrgencyTitles(null, null), condition, clock, NullLogger<DiskRoom>.Instance), limits, oldest, clock, NullLogger<Retention>.Instance);
    }

    private Arrivals Arrivals(Spool spool, Ledger ledger) =>
        new(ledger, new Routes(new Targets([], []), [], new UrgencyTitles(null, null)), known, new RecentHeaders(spool), clock);

    private SpoolName Keep(Spool spool, Ledger ledger, long seed, string? target)
    {
        var name = Place(spool, seed);
        ledger.Record(new LedgerEvent.Received(name.ToString(), Study, "", "PACS", "DICOMMAIL", 100, target is null ? [] : [new Destination(target, Priority.Normal, "test")]));
        return name;
    }

    private SpoolName Place(Spool spool, long seed)
    {
        var phantom = new CtPhantom(seed);
        using var received = spool.Begin(phantom.Meta with { SourceAeTitle = AeTitle.Parse("PACS") });
        received.Append(phantom.ToDataSet());
        received.Settle();
        spool.Place(received);
        known.Add(received.Name);
        return received.Name;
    }
}
