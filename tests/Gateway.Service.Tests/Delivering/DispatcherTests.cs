using System.Net;
using System.Net.Sockets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Delivering;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Delivering;

/// <summary>What becomes of a delivery, with a target that answers as targets do, and a clock that the test moves.</summary>
public sealed class DispatcherTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dispatcher-").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
    private readonly Core core;

    public DispatcherTests() => core = Core.Open(folder, clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        core.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(0x0000, "stored")]
    [InlineData(0xB000, "stored")]
    [InlineData(0xB007, "stored")]
    [InlineData(0xA900, "dead")]
    [InlineData(0xC000, "dead")]
    [InlineData(0xC123, "dead")]
    [InlineData(0x0122, "dead")]
    [InlineData(0x0124, "dead")]
    [InlineData(0x0110, "dead")]
    [InlineData(0xA700, "later")]
    [InlineData(0xA701, "later")]
    public async Task The_status_of_the_target_decides_whether_an_instance_is_stored_is_tried_again_or_is_a_dead_letter(int status, string fate)
    {
        await using var target = new ScriptedScp(uid => Task.FromResult(uid.EndsWith(".2", StringComparison.Ordinal) ? (ushort)status : (ushort)0));
        var names = Receive(3);
        var delivery = core.Queue("pacs", Priority.Normal, names);
        await using var running = Run(target.EndPoint);

        if (fate == "later")
        {
            await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)?.Attempts) == 1);
            Assert.Equal([names[1].ToString()], core.Ledger.Ask(book => book.Find(delivery)!.Names)); // it keeps no other back
            Assert.Contains($"0x{status:X4}", (await core.EventsAsync()).OfType<LedgerEvent.Postponed>().Single().Reason);
            return;
        }

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);
        Assert.Equal(3, target.Received.Count);
        Assert.Equal(1, target.Associations);
        var stored = (await core.EventsAsync()).OfType<LedgerEvent.Stored>().ToList();
        Assert.Equal(fate == "stored" ? ["0000", $"{status:X4}", "0000"] : ["0000", "0000"], stored.Select(one => one.Status));
        Assert.Equal(fate == "dead" ? [names[1].ToString()] : [], core.Ledger.Ask(book => book.DeadLetters.Select(letter => letter.Name).ToList()));
        Assert.All((await core.EventsAsync()).OfType<LedgerEvent.Refused>(), refused => Assert.Equal($"{status:X4}", refused.Status));
    }

    [Fact]
    public async Task A_target_without_the_transfer_syntax_makes_a_dead_letter_that_names_it_and_gets_the_rest()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "DCMTK is not installed");
        await using var target = await StoreScp.StartAsync(Cancellation, "+xs", "-uf"); // prefers JPEG lossless, and takes the uncompressed ones
        var jpeg2000 = new TransferSyntax(Uid.Parse("1.2.840.10008.1.2.4.90"));
        var names = new[] { core.Receive(new Image("1")), core.Receive(new Image("2") { Syntax = jpeg2000 }) };
        var delivery = core.Queue("pacs", Priority.Normal, names);
        await using var running = Run(target.EndPoint);

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);

        var letter = Assert.Single(core.Ledger.Ask(book => book.DeadLetters.ToList()));
        Assert.Equal(names[1].ToString(), letter.Name);
        Assert.Contains("1.2.840.10008.1.2.4.90", letter.Reason);
        Assert.Equal(names[0].ToString(), (await core.EventsAsync()).OfType<LedgerEvent.Stored>().Single().Name);
        Assert.Single(Directory.GetFiles(target.Folder));
    }

    [Fact]
    public async Task A_target_that_is_away_is_tried_after_growing_waits_until_the_delivery_is_given_up()
    {
        var delivery = core.Queue("pacs", Priority.Normal, Receive(2));
        var queuedAt = clock.GetUtcNow();
        await using var running = Run(new IPEndPoint(IPAddress.Loopback, Dcmtk.FreePort()));
        var waits = new List<double>();

        while (core.Ledger.Ask(book => book.Find(delivery)) is not null)
        {
            var attempt = waits.Count + 1;
            await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is not { } waiting || waiting.Attempts == attempt);
            if (core.Ledger.Ask(book => book.Find(delivery)) is not { } postponed)
                break;
            waits.Add((postponed.NotBefore - clock.GetUtcNow()).TotalSeconds);
            clock.SetUtcNow(postponed.NotBefore);
        }

        Assert.Equal([10, 20, 40, 60, 60, 60, 60], waits);
        Assert.Equal(TimeSpan.FromSeconds(310), clock.GetUtcNow() - queuedAt);
        Assert.Equal(2, core.Ledger.Ask(book => book.DeadLetters.Count));
        Assert.NotNull((await core.EventsAsync()).OfType<LedgerEvent.Finished>().Single().GivenUp);
    }

    [Fact]
    public async Task An_image_that_a_target_breaks_off_on_comes_last_the_next_time_and_keeps_no_other_back()
    {
        await using var target = new ScriptedScp(uid => uid.EndsWith(".1", StringComparison.Ordinal) ? throw new IOException("it falls over it") : Task.FromResult((ushort)0));
        var names = Receive(4);
        var delivery = core.Queue("pacs", Priority.Normal, names);
        await using var running = Run(target.EndPoint);
        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)?.Attempts) == 1);
        await MoveToAsync(core.Ledger.Ask(book => book.Find(delivery)!.NotBefore), () => core.Ledger.Ask(book => book.Find(delivery)?.Attempts) == 2);

        Assert.Equal([names[0].ToString()], core.Ledger.Ask(book => book.Find(delivery)!.Names));
    }

    [Fact]
    public async Task A_target_that_takes_nothing_now_is_not_offered_everything()
    {
        await using var target = new ScriptedScp(_ => Task.FromResult((ushort)0xA700));
        var delivery = core.Queue("pacs", Priority.Normal, Receive(10));
        await using var running = Run(target.EndPoint);
        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)?.Attempts) == 1);

        Assert.Equal(3, target.Received.Count);
    }

    [Fact]
    public async Task What_waits_for_a_target_that_is_configured_no_more_becomes_a_dead_letter_when_its_time_is_over()
    {
        await using var target = new ScriptedScp();
        var delivery = core.Queue("renamed", Priority.Normal, Receive(1));
        await using var running = Run(target.EndPoint);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(core.Ledger.Ask(book => book.Find(delivery)));
        await MoveToAsync(clock.GetUtcNow() + TimeSpan.FromMinutes(3), () => core.Ledger.Ask(book => book.Find(delivery)) is null);

        Assert.Contains("renamed", Assert.Single(core.Ledger.Ask(book => book.DeadLetters.ToList())).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_comes_back_gets_what_waited_and_a_person_gets_a_dead_letter_sent_again()
    {
        var port = Dcmtk.FreePort();
        var names = Receive(2);
        var delivery = core.Queue("pacs", Priority.Normal, names);
        await using var running = Run(new IPEndPoint(IPAddress.Loopback, port));
        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)?.Attempts) == 1);
        var refuses = true;
        await using var target = new ScriptedScp(uid => Task.FromResult(refuses && uid.EndsWith(".2", StringComparison.Ordinal) ? (ushort)0xC000 : (ushort)0), port);
        await MoveToAsync(core.Ledger.Ask(book => book.Find(delivery)!.NotBefore), () => core.Ledger.Ask(book => book.Find(delivery)) is null);
        Assert.Single(core.Ledger.Ask(book => book.DeadLetters.ToList()));

        refuses = false;
        core.Ledger.Record(new LedgerEvent.Queued("pacs", Priority.Normal, DeliveryKind.Resend, "1.2.3", [names[1].ToString()]));
        await Eventually.HoldsAsync(() => target.Received.Count == 3);

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => !book.Deliveries.Any()));
        Assert.Empty(core.Ledger.Ask(book => book.DeadLetters.ToList()));
    }

    [Fact]
    public async Task A_peer_that_says_nothing_is_given_its_time_and_tried_again_later()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var delivery = core.Queue("pacs", Priority.Normal, Receive(1));
        await using var running = Run((IPEndPoint)silent.LocalEndpoint);
        using var connection = await silent.AcceptSocketAsync(Cancellation);

        await Eventually.HoldsAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return core.Ledger.Ask(book => book.Find(delivery)!.Attempts) == 1;
        });

        Assert.Single(core.Ledger.Ask(book => book.Find(delivery)!.Names));
    }

    [Fact]
    public async Task A_peer_that_is_slow_gets_everything_in_one_attempt()
    {
        await using var target = new ScriptedScp(async _ =>
        {
            clock.Advance(TimeSpan.FromSeconds(40)); // less than the longest silence, each time
            await Task.Yield();
            return 0;
        });
        var delivery = core.Queue("pacs", Priority.Normal, Receive(4));
        await using var running = Run(target.EndPoint);

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);

        Assert.Equal((4, 1), (target.Received.Count, target.Associations));
        Assert.Empty((await core.EventsAsync()).OfType<LedgerEvent.Postponed>());
    }

    [Fact]
    public async Task A_peer_that_has_everything_and_does_not_confirm_the_release_costs_no_attempt()
    {
        await using var target = new ScriptedScp { IsRude = true };
        var delivery = core.Queue("pacs", Priority.Normal, Receive(1));
        await using var running = Run(target.EndPoint);

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is not { Attempts: 0 });

        Assert.Null(core.Ledger.Ask(book => book.Find(delivery)));
        Assert.Empty((await core.EventsAsync()).OfType<LedgerEvent.Postponed>());
    }

    [Fact]
    public async Task An_emergency_overtakes_at_the_next_boundary_between_two_instances_and_the_rest_goes_on_after_it()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var target = new ScriptedScp(async uid =>
        {
            if (uid.EndsWith(".2", StringComparison.Ordinal))
            {
                reached.TrySetResult();
                await goOn.Task;
            }

            return 0;
        });
        var names = Receive(7);
        core.Queue("pacs", Priority.Normal, names[..4]);
        await using var running = Run(target.EndPoint);
        await reached.Task.WaitAsync(Cancellation);
        core.Queue("pacs", Priority.Bulk, names[4]);
        core.Queue("pacs", Priority.Emergency, names[5..]);
        goOn.SetResult();

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => !book.Deliveries.Any()));

        Assert.Equal("1 2 6 7 3 4 5", string.Join(' ', target.Uids.Select(uid => uid[(uid.LastIndexOf('.') + 1)..])));
        Assert.Empty((await core.EventsAsync()).OfType<LedgerEvent.Postponed>());
    }

    [Fact]
    public async Task A_target_that_is_away_holds_no_other_up()
    {
        await using var target = new ScriptedScp();
        core.Queue("pacs", Priority.Emergency, Receive(1));
        core.Queue("archive", Priority.Bulk, Receive(1));
        await using var away = Run(new IPEndPoint(IPAddress.Loopback, Dcmtk.FreePort()), ("archive", target.EndPoint));

        await Eventually.HoldsAsync(() => target.Received.Count == 1);

        Assert.Equal(["pacs"], core.Ledger.Ask(book => book.Deliveries.Select(delivery => delivery.Target).Where(id => id == "pacs").ToList()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_that_is_damaged_or_gone_is_a_dead_letter_and_never_sent(bool damaged)
    {
        await using var target = new ScriptedScp();
        var names = Receive(3);
        var path = core.Spool.PathOf(names[1]);
        if (damaged)
        {
            var bytes = await File.ReadAllBytesAsync(path, Cancellation);
            bytes[^10] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, Cancellation);
        }
        else
        {
            File.Delete(path);
        }

        var delivery = core.Queue("pacs", Priority.Normal, names);
        await using var running = Run(target.EndPoint);

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);

        Assert.Equal(["1.2.3.1.1", "1.2.3.1.3"], target.Uids);
        Assert.Equal(names[1].ToString(), Assert.Single(core.Ledger.Ask(book => book.DeadLetters.ToList())).Name);
    }

    [Fact]
    public async Task Whatever_a_deliverer_meets_the_target_is_served_on()
    {
        var first = core.Queue("pacs", Priority.Normal, Receive(1));
        await using var running = new Running(new Dispatcher(
            [new Startled()], core.Ledger, new Backoff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5)), clock, () => 0, NullLogger<Dispatcher>.Instance));
        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(first)?.Attempts) == 1);

        var second = core.Queue("pacs", Priority.Normal, Receive(1));

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(second)) is null);
    }

    private SpoolName[] Receive(int count) => [.. Enumerable.Range(1, count).Select(number => core.Receive(new Image($"{number}")))];

    private Running Run(IPEndPoint pacs, params (string Id, IPEndPoint EndPoint)[] others)
    {
        IEnumerable<(string Id, IPEndPoint EndPoint)> all = [("pacs", pacs), .. others];
        var deliverers = all.Select(one => new DicomDeliverer(
            new DicomTarget(one.Id, AeTitle.Parse("TARGET"), one.EndPoint), AeTitle.Parse("DICOMMAIL"), core.Spool, core.Ledger, new IdTables([], clock, NullLogger<IdTables>.Instance), clock));
        var backoff = new Backoff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5));
        return new Running(new Dispatcher(deliverers, core.Ledger, backoff, clock, () => 0, NullLogger<Dispatcher>.Instance));
    }

    // The dispatcher may not have come to its wait yet, and would begin it only now: the clock goes on as long as nothing happens.
    private async Task MoveToAsync(DateTimeOffset at, Func<bool> until)
    {
        if (at > clock.GetUtcNow())
            clock.SetUtcNow(at);
        await Eventually.HoldsAsync(() =>
        {
            if (until())
                return true;
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return false;
        });
    }

    // Its first delivery ends as nobody foresaw.
    private sealed class Startled : IDeliverer
    {
        private bool wasCalled;

        public string Target => "pacs";

        public Task<DeliveryAttempt> DeliverAsync(Delivery delivery, Func<bool> isOvertaken, CancellationToken cancellation)
        {
            var isFirst = !wasCalled;
            wasCalled = true;
            return isFirst ? throw new OperationCanceledException() : Task.FromResult<DeliveryAttempt>(new DeliveryAttempt.Done());
        }
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly Dispatcher dispatcher;

        public Running(Dispatcher dispatcher)
        {
            this.dispatcher = dispatcher;
            _ = dispatcher.StartAsync(CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await dispatcher.StopAsync(CancellationToken.None);
            dispatcher.Dispose();
        }
    }
}
