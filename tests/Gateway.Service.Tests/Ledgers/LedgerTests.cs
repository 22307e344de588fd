using System.Globalization;
using CsCheck;
using Gateway.Service.Health;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Indexing;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Ledgers;

/// <summary>What the ledger promises: what was said stays said, in order, once, whatever happens to the program and to the volume.</summary>
public sealed class LedgerTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ledger-").FullName;
    private readonly FakeTimeProvider clock = new(LedgerLines.Start);
    private int folders;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_book_that_was_written_is_the_book_that_is_read_whenever_the_program_starts_again() =>
        Gen.Select(LedgerLines.Events(120), Gen.Int[1, 40], Gen.Int[300, 5000]).Sample(
            (events, restartEvery, fileBytes) =>
            {
                var folder = NewFolder();
                var ledger = Open(folder, fileBytes: fileBytes);
                foreach (var (index, what) in events.Index())
                {
                    clock.Advance(TimeSpan.FromTicks(12_345_678));
                    Assert.Equal(index + 1, ledger.Record(what).Number);
                    if ((index + 1) % restartEvery != 0)
                        continue;
                    var before = Text(ledger);
                    ledger.Dispose();
                    ledger = Open(folder, fileBytes: fileBytes);
                    Assert.Equal(before, Text(ledger));
                }

                var live = Text(ledger);
                ledger.Dispose();
                Assert.Equal(live, Text(Open(folder, fileBytes: fileBytes), andClose: true));
                Assert.Equal(Enumerable.Range(1, events.Length).Select(number => (long)number), Lines(folder).Select(line => line.Number));
            },
            iter: 40, threads: 1);

    [Fact]
    public void A_last_line_that_is_torn_at_any_byte_is_as_if_it_had_not_been_said_and_the_next_takes_its_number()
    {
        var folder = NewFolder();
        string before;
        using (var ledger = Open(folder))
        {
            ledger.Record(Received("00/1", "pacs"));
            ledger.Record(Received("00/2", "pacs", "archive"));
            before = Text(ledger);
            ledger.Record(new LedgerEvent.Queued("pacs", Priority.Normal, DeliveryKind.Study, "1.2.0", ["00/1", "00/2"]));
        }

        var file = Assert.Single(Directory.GetFiles(folder));
        var bytes = File.ReadAllBytes(file);
        var start = bytes.AsSpan()[..^1].LastIndexOf((byte)'\n') + 1;
        for (var length = start; length < bytes.Length; length++)
        {
            File.WriteAllBytes(file, bytes[..length]);
            var condition = new ServiceCondition();
            using (var ledger = Open(folder, condition))
            {
                Assert.Equal(before, Text(ledger));
                Assert.Equal(3, ledger.Record(Received("00/3", "pacs")).Number);
            }

            Assert.False(condition.IsDegraded);
            Assert.Equal([1, 2, 3], Lines(folder).Select(line => line.Number));
            Assert.Equal("00/3", Assert.IsType<LedgerEvent.Received>(Lines(folder)[2].What).Name);
        }
    }

    [Fact]
    public void A_changed_byte_anywhere_but_in_the_last_line_is_told_and_costs_that_line_alone()
    {
        var folder = NewFolder();
        using (var ledger = Open(folder))
        {
            for (var number = 1; number <= 4; number++)
                ledger.Record(Received($"00/{number}", "pacs"));
        }

        var file = Assert.Single(Directory.GetFiles(folder));
        var bytes = File.ReadAllBytes(file);
        var second = Array.IndexOf(bytes, (byte)'\n') + 1;
        var third = Array.IndexOf(bytes, (byte)'\n', second);
        for (var at = second; at < third; at += 3)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(file, damaged);
            var condition = new ServiceCondition();
            using var ledger = Open(folder, condition);
            Assert.True(condition.IsDegraded);
            Assert.Equal(["00/1", "00/3", "00/4"], ledger.Ask(book => book.Undelivered()).Order(StringComparer.Ordinal));
            Assert.Equal(5, ledger.Record(Received("00/5", "pacs")).Number);
        }
    }

    [Fact]
    public async Task A_file_that_is_long_enough_is_followed_by_one_that_is_named_by_its_first_line()
    {
        var folder = NewFolder();
        for (var run = 0; run < 3; run++)
        {
            using var ledger = Open(folder, fileBytes: 1000);
            for (var number = 0; number < 20; number++)
            {
                ledger.Record(Received($"00/{number}", "pacs"));
                if (number % 4 == 0)
                    await ledger.FlushAsync();
            }
        }

        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToList();
        Assert.InRange(files.Count, 5, 60);
        Assert.All(files, file => Assert.Equal(
            long.Parse(Path.GetFileNameWithoutExtension(file)["ledger-".Length..], CultureInfo.InvariantCulture), LedgerReader.Lines(file).First().Line!.Number));
        Assert.All(files[..^1], file => Assert.True(new FileInfo(file).Length >= 1000));
        Assert.Equal(Enumerable.Range(1, 60).Select(number => (long)number), Lines(folder).Select(line => line.Number));
    }

    [Fact]
    public async Task Whoever_follows_the_ledger_while_it_is_written_reads_each_line_once_and_in_order_from_one_file_to_the_next()
    {
        const int Lines = 3000;
        using var ledger = Open(NewFolder(), fileBytes: 3000);
        var writing = Task.Run(
            async () =>
            {
                for (var number = 1; number <= Lines; number++)
                {
                    ledger.Record(Received($"00/{number}", "pacs"));
                    if (number % 100 == 0)
                        await ledger.FlushAsync();
                }
            },
            Cancellation);
        var follower = ledger.File.FollowAfter(0);
        var read = new List<long>();
        while (read.Count < Lines)
        {
            await ledger.File.WrittenAfterAsync(follower.Number).WaitAsync(Cancellation);
            var next = follower.Next(7);
            read.AddRange(next.Select(line => line.Number));
            if (next.Count == 0)
                Assert.True(read.Count <= ledger.File.WrittenTo);
        }

        await writing;
        Assert.Equal(Enumerable.Range(1, Lines).Select(number => (long)number), read);
        Assert.Empty(follower.Next(10));
        Assert.Equal([2998, 2999, 3000], ledger.File.FollowAfter(2997).Next(10).Select(line => line.Number));
    }

    [Fact]
    public async Task A_flush_ends_when_the_lines_before_it_are_on_the_device_and_not_earlier()
    {
        var folder = NewFolder();
        using var ledger = Open(folder);
        var flushed = 0L;
        ledger.File.Passing = moment =>
        {
            if (moment == Moment.LinesFlushed)
                Interlocked.Exchange(ref flushed, LinesNow(folder).Count);
        };
        for (var number = 1; number <= 20; number++)
        {
            ledger.Record(Received($"00/{number}", "pacs"));
            await ledger.FlushAsync();
            Assert.Equal(number, Interlocked.Read(ref flushed));
        }

        await ledger.FlushAsync(); // with nothing left to flush
    }

    [Fact]
    public async Task Lines_that_a_failing_device_did_not_keep_are_written_again_before_anybody_is_told_that_they_are_there()
    {
        var folder = NewFolder();
        var condition = new ServiceCondition();
        using var ledger = Open(folder, condition);
        var (firstWritten, failures) = (new TaskCompletionSource(), 0);
        ledger.File.Passing = moment =>
        {
            if (moment != Moment.LinesWritten || firstWritten.TrySetResult() || failures++ > 0)
                return;
            File.WriteAllBytes(Directory.GetFiles(folder).Single(), []); // none of it had been flushed
            throw new IOException("the device failed");
        };

        ledger.Record(Received("00/1", "pacs"));
        await firstWritten.Task;
        ledger.Record(Received("00/2", "pacs"));
        await ledger.FlushAsync();

        Assert.True(failures > 0);
        Assert.True(condition.IsDegraded);
        Assert.Equal([1, 2], LinesNow(folder).Select(line => line.Number));
    }

    [Fact]
    public async Task A_full_volume_keeps_the_lines_waiting_and_gets_each_once_and_in_order_when_there_is_room()
    {
        await using var volume = await SmallVolume.MountAsync("64k");
        var folder = Path.Combine(volume.Folder, "ledger");
        var condition = new ServiceCondition();
        using (var ledger = Open(folder, condition, fileBytes: 3000))
        {
            for (var number = 1; number <= 10; number++)
                ledger.Record(Received($"00/{number}", "pacs"));
            await ledger.FlushAsync();
            Assert.False(condition.IsDegraded);
            volume.Fill();
            for (var number = 11; number <= 60; number++)
                ledger.Record(Received($"00/{number}", "pacs"));
            var flush = ledger.FlushAsync();
            await Eventually.HoldsAsync(() => Task.FromResult(condition.IsDegraded));
            ledger.Record(Received("00/61", "pacs"));
            Assert.False(flush.IsCompleted);
            Assert.Equal(61, ledger.Ask(book => book.Undelivered().Count));

            volume.MakeRoom();
            await ledger.FlushAsync();
            Assert.True(flush.IsCompletedSuccessfully);
            ledger.Record(Received("00/62", "pacs"));
        }

        Assert.Equal(Enumerable.Range(1, 62).Select(number => (long)number), Lines(folder).Select(line => line.Number));
        Assert.All(Directory.GetFiles(folder).SelectMany(file => LedgerReader.Lines(file)), line => Assert.NotNull(line.Line));
    }

    [Fact]
    public async Task A_volume_that_stays_full_does_not_keep_the_service_from_its_end()
    {
        await using var volume = await SmallVolume.MountAsync("32k");
        var ledger = Open(Path.Combine(volume.Folder, "ledger"));
        ledger.Record(Received("00/1", "pacs"));
        await ledger.FlushAsync();
        volume.Fill();
        for (var number = 2; number <= 60; number++)
            ledger.Record(Received($"00/{number}", "pacs"));
        var flush = ledger.FlushAsync();

        await Task.Run(ledger.Dispose, Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        await Assert.ThrowsAsync<IOException>(() => flush);
    }

    private static LedgerEvent.Received Received(string name, params string[] targets) =>
        new(name, "1.2.0", "1.2.0.1", "PACS", "DICOMMAIL", 100, [.. targets.Select(target => new Destination(target, Priority.Normal, "all"))]);

    private static IReadOnlyList<LedgerLine> LinesNow(string folder) =>
        [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).SelectMany(file => LedgerReader.Lines(file)).Select(line => line.Line).OfType<LedgerLine>()];

    private static IReadOnlyList<LedgerLine> Lines(string folder)
    {
        var lines = new List<LedgerLine>();
        LedgerFile.Open(folder, lines.Add, new ServiceCondition(), NullLogger.Instance).Dispose();
        return lines;
    }

    private string NewFolder() => Path.Combine(root, $"{folders++}");

    private Ledger Open(string folder, ServiceCondition? condition = null, long fileBytes = LedgerFile.FileBytes) =>
        Ledger.Open(folder, _ => { }, condition ?? new ServiceCondition(), clock, NullLogger.Instance, fileBytes);

    private string Text(Ledger ledger, bool andClose = false)
    {
        var text = ledger.Ask(book => BookText.Of(book, clock.GetUtcNow()));
        if (andClose)
            ledger.Dispose();
        return text;
    }
}
