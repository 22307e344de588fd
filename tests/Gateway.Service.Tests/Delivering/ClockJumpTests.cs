using Gateway.Service.Configuration;
using Gateway.Service.Delivering;
using Gateway.Service.Keeping;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Tests.Ledgers;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Service.Tests.Delivering;

/// <summary>A clock that somebody sets by hours, forwards or backwards, holds nothing, loses nothing and mixes nothing up.</summary>
public sealed class ClockJumpTests : IDisposable
{
    private static readonly TimeSpan[] Jumps = [TimeSpan.FromHours(-3), TimeSpan.FromHours(3), TimeSpan.FromDays(-400), TimeSpan.FromDays(400)];

    private readonly string folder = Directory.CreateTempSubdirectory("jumps-").FullName;
    private readonly JumpingClock clock = new(DateTimeOffset.UtcNow);

    public static TheoryData<TimeSpan> Each { get; } = [.. Jumps];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Each))]
    public async Task Images_that_wait_to_be_complete_are_queued_after_their_silence_at_the_latest(TimeSpan jump)
    {
        using var core = Core.Open(folder, clock, "pacs");
        using var completion = new CompletionClock(new Completion(null, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(100), 25, TimeSpan.FromSeconds(1)), core.Ledger, clock);
        await completion.StartAsync(Cancellation);
        core.Receive(new Image("1"));

        clock.Jump(jump);

        await MoveAsync(TimeSpan.FromSeconds(31), () => core.Ledger.Ask(book => book.Deliveries.Any()));
        await completion.StopAsync(Cancellation);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task A_delivery_that_is_tried_again_is_not_held_by_a_wait_of_the_clock_before(TimeSpan jump)
    {
        var answers = new Queue<ushort>([0xA700, 0xA700, 0]);
        await using var target = new ScriptedScp(_ => Task.FromResult(answers.Dequeue()));
        using var core = Core.Open(folder, clock, "pacs");
        var delivery = core.Queue("pacs", Priority.Emergency, core.Receive(new Image("1")));
        var deliverer = new DicomDeliverer(
            new DicomTarget("pacs", Gateway.Dicom.Identifiers.AeTitle.Parse("TARGET"), target.EndPoint), Gateway.Dicom.Identifiers.AeTitle.Parse("DICOMMAIL"), core.Spool, core.Ledger,
            new IdTables([], clock, NullLogger<IdTables>.Instance), clock);
        var backoff = new Backoff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromDays(1000));
        using var dispatcher = new Dispatcher([deliverer], core.Ledger, backoff, clock, () => 0, NullLogger<Dispatcher>.Instance);
        await dispatcher.StartAsync(Cancellation);
        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)?.Attempts) == 1);

        clock.Jump(jump);

        await MoveAsync(TimeSpan.FromSeconds(61), () => core.Ledger.Ask(book => book.Find(delivery)) is not { Attempts: 1 });
        await MoveAsync(TimeSpan.FromSeconds(61), () => core.Ledger.Ask(book => book.Find(delivery)) is null);
        Assert.Empty(core.Ledger.Ask(book => book.DeadLetters.ToList()));
        await dispatcher.StopAsync(Cancellation);
    }

    [Fact]
    public async Task The_ledger_stays_in_the_order_of_what_happened_and_the_next_start_reads_the_same()
    {
        string before;
        using (var core = Core.Open(folder, clock, "pacs"))
        {
            foreach (var (number, jump) in Jumps.Index())
            {
                core.Queue("pacs", Priority.Normal, core.Receive(new Image($"{number + 1}")));
                clock.Jump(jump);
            }

            await core.Ledger.FlushAsync();
            before = core.Ledger.Ask(book => BookText.Of(book, clock.GetUtcNow()));
            var lines = Directory.GetFiles(core.Spool.LedgerFolder).SelectMany(file => LedgerReader.Lines(file)).Select(line => line.Line!).ToList();
            Assert.Equal(Enumerable.Range(1, 2 * Jumps.Length).Select(number => (long)number), lines.Select(line => line.Number));
            Assert.NotEqual(lines.Select(line => line.At).Order(), lines.Select(line => line.At)); // the clock did jump
        }

        using var next = await Core.StartedAsync(folder, clock, "pacs");
        Assert.Equal(before, next.Ledger.Ask(book => BookText.Of(book, clock.GetUtcNow())));
        Assert.False(next.Condition.IsDegraded);
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task Nothing_is_removed_because_a_clock_jumped(TimeSpan jump)
    {
        using var core = Core.Open(folder, clock, "pacs");
        var name = core.Receive(new Image("1"));
        var limits = new DiskLimits(0, 0, TimeSpan.FromHours(24), TimeSpan.FromDays(30));
        var room = new DiskRoom(core.Spool, limits, new UrgencyTitles(null, null), core.Condition, clock, NullLogger<DiskRoom>.Instance);
        using var retention = new Retention(core.Spool, core.Ledger, core.Known, room, limits, new OldestImages(), clock, NullLogger<Retention>.Instance);
        await retention.SweepAsync(Cancellation);

        clock.Jump(jump);
        Assert.Equal(0, await retention.SweepAsync(Cancellation));
        core.Ledger.Record(new LedgerEvent.Paused("the clock jumped")); // as the heartbeat finds by the next sweep
        Assert.Equal(0, await retention.SweepAsync(Cancellation));

        Assert.True(core.Spool.Has(name));
    }

    // The other side may not have come to its wait yet, and would begin it only now: the clock goes on until the time is over, in small steps.
    private async Task MoveAsync(TimeSpan most, Func<bool> until)
    {
        for (var gone = TimeSpan.Zero; gone < most && !until(); gone += TimeSpan.FromSeconds(0.5))
        {
            clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Delay(5, Cancellation);
        }

        await Eventually.HoldsAsync(until);
    }
}
