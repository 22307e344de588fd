using Gateway.Service.Continuity;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Service.Tests.Continuity;

/// <summary>What pauses sending and what does not, with the clock, the machine's start and the volumes as a hypervisor leaves them.</summary>
public sealed class HeartbeatTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("continuity-").FullName;
    private readonly JumpingClock clock = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
    private DateTimeOffset machineStarted = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public HeartbeatTests() => Directory.CreateDirectory(Images);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Images => Path.Combine(root, "E");

    private string WitnessFile => Path.Combine(root, Witness.FileName);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_machine_that_is_resumed_from_a_snapshot_finds_its_clock_jump_and_sends_nothing_until_somebody_has_reconciled()
    {
        using var core = Core.Open(Images, clock, "pacs");
        using var heartbeat = Beside(core);
        await heartbeat.StartAsync(Cancellation);
        var delivery = core.Queue("pacs", Priority.Emergency, core.Receive(new Image("1")));
        clock.Advance(TimeSpan.FromSeconds(10));
        await heartbeat.BeatAsync(Cancellation);
        Assert.Equal(delivery, core.Ledger.Ask(book => book.Next("pacs", clock.GetUtcNow()))?.Id);

        clock.Jump(TimeSpan.FromDays(1));
        await heartbeat.BeatAsync(Cancellation);

        Assert.Contains("1440 minutes ahead", core.Ledger.Ask(book => book.Pause)?.Because);
        Assert.Null(core.Ledger.Ask(book => book.Next("pacs", clock.GetUtcNow())));
        Assert.True(core.Ledger.Ask(book => book.HasToWait("pacs", Priority.Emergency, clock.GetUtcNow()))); // what is being sent stops at the next image
        core.Receive(new Image("2"));

        core.Ledger.Record(new LedgerEvent.Resumed("Site IT"));
        Assert.Equal(delivery, core.Ledger.Ask(book => book.Next("pacs", clock.GetUtcNow()))?.Id);
        await heartbeat.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_stop_that_takes_longer_than_it_may_is_a_stop_all_the_same()
    {
        using var core = Core.Open(Images, clock);
        using var heartbeat = Beside(core);
        await heartbeat.StartAsync(Cancellation);
        core.Receive(new Image("1"));
        await heartbeat.StopAsync(new CancellationToken(canceled: true));
        Assert.True(Witness.Read(WitnessFile)!.HasStopped);
    }

    [Theory]
    [InlineData(4.9, false)]
    [InlineData(5.1, true)]
    [InlineData(-600, false)]
    public async Task A_clock_that_is_corrected_by_a_little_or_set_back_pauses_nothing(double minutes, bool pauses)
    {
        using var core = Core.Open(Images, clock);
        using var heartbeat = Beside(core);
        await heartbeat.StartAsync(Cancellation);

        clock.Jump(TimeSpan.FromMinutes(minutes));
        await heartbeat.BeatAsync(Cancellation);

        Assert.Equal(pauses, core.Ledger.Ask(book => book.Pause) is not null);
        await heartbeat.StopAsync(Cancellation);
    }

    [Theory]
    // how it ended, minutes until the next start, whether the machine restarted meanwhile; whether sending is paused
    [InlineData(true, 10_000, false, false)] // stopped as asked
    [InlineData(true, 10_000, true, false)] // shut down
    [InlineData(false, 10_000, true, false)] // loss of power over the weekend
    [InlineData(false, 1, true, false)] // crash of the machine
    [InlineData(false, 1, false, false)] // crash of the service
    [InlineData(false, 10_000, false, true)] // both volumes restored from a copy that was taken while the service ran
    public async Task A_stop_and_a_crash_pause_nothing_and_volumes_that_were_restored_under_a_running_machine_do(bool stops, int minutes, bool restarts, bool pauses)
    {
        await RunAsync(1, stops);
        clock.Advance(TimeSpan.FromMinutes(minutes));
        if (restarts)
            machineStarted = clock.GetUtcNow() - TimeSpan.FromMinutes(0.5);

        Assert.Equal(pauses, await IsPausedAtNextStartAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_volume_of_the_spool_that_was_put_back_is_noticed_whatever_was_written_on_it_since(bool goesOnBefore)
    {
        await RunAsync(1, stops: true);
        var copy = Path.Combine(root, "copy");
        Copy(Images, copy);
        await RunAsync(3, stops: false);

        Directory.Delete(Images, recursive: true);
        Copy(copy, Images);
        if (goesOnBefore)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            using var core = Core.Open(Images, clock, "pacs"); // such as a rebuild on another machine: as many lines, and others
            for (var image = 10; image < 20; image++)
                core.Receive(new Image($"{image}"));
        }

        Assert.True(await IsPausedAtNextStartAsync());
        Assert.True(await IsPausedAtNextStartAsync()); // a restart does not forget it
    }

    [Fact]
    public async Task A_data_volume_that_was_put_back_alone_or_is_new_pauses_nothing_for_nothing_was_forgotten()
    {
        await RunAsync(1, stops: true);
        var old = await File.ReadAllBytesAsync(WitnessFile, Cancellation);
        await RunAsync(3, stops: true);

        await File.WriteAllBytesAsync(WitnessFile, old, Cancellation);
        Assert.False(await IsPausedAtNextStartAsync());
        File.Delete(WitnessFile);
        Assert.False(await IsPausedAtNextStartAsync());
        await File.WriteAllTextAsync(WitnessFile, "{\"line\": 1", Cancellation); // torn by a loss of power
        Assert.False(await IsPausedAtNextStartAsync());
    }

    [Fact]
    public async Task A_start_that_pauses_has_the_index_made_anew()
    {
        await RunAsync(3, stops: true);
        foreach (var file in Directory.GetFiles(Path.Combine(Images, Spool.LedgerName)))
            File.Delete(file);
        using var core = Core.Open(Images, clock, "pacs");
        var rebuild = new IndexRebuild();
        using var heartbeat = Beside(core, rebuild);

        await heartbeat.StartAsync(Cancellation);

        Assert.True(rebuild.Take());
        await heartbeat.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Spool_ledger_and_index_are_held_against_each_other()
    {
        using var core = Core.Open(Images, clock, "pacs");
        var names = Enumerable.Range(1, 4).Select(number => core.Receive(new Image($"{number}"))).ToList();
        core.Spool.Remove(names[0]);
        core.Ledger.Record(new LedgerEvent.Removed(names[1].ToString(), "delivered"));
        await core.Ledger.FlushAsync();

        var compared = await Comparison.OfAsync(core.Spool, core.Ledger, new Dialect.Sqlite(Path.Combine(root, "nowhere", "index.db")), Cancellation);

        Assert.Equal(new Comparison(InSpool: 3, InLedger: 3, InIndex: null, NotInSpool: 1, NotInLedger: 1), compared);
    }

    private async Task RunAsync(int images, bool stops)
    {
        using var core = Core.Open(Images, clock, "pacs");
        using var heartbeat = Beside(core);
        await heartbeat.StartAsync(Cancellation);
        for (var image = 0; image < images; image++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            core.Receive(new Image($"{clock.GetUtcNow().Second + 1}"));
        }

        await heartbeat.BeatAsync(Cancellation);
        if (stops)
            await heartbeat.StopAsync(Cancellation);
    }

    private async Task<bool> IsPausedAtNextStartAsync()
    {
        using var core = Core.Open(Images, clock, "pacs");
        using var heartbeat = Beside(core);
        await heartbeat.StartAsync(Cancellation);
        await heartbeat.StopAsync(Cancellation);
        return core.Ledger.Ask(book => book.Pause) is not null;
    }

    private Heartbeat Beside(Core core, IndexRebuild? rebuild = null) =>
        new(core.Ledger, rebuild ?? new IndexRebuild(), WitnessFile, () => clock.GetUtcNow() - machineStarted, clock, NullLogger<Heartbeat>.Instance);

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, file.Replace(from, to, StringComparison.Ordinal));
    }
}
