using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Storage;
using Gateway.Dicom.UpperLayer;
using Gateway.Service.Configuration;
using Gateway.Service.Delivering;
using Gateway.Service.Auditing;
using Gateway.Service.Indexing;
using Gateway.Service.Metering;
using Gateway.Service.Syslogging;
using Gateway.Service.Health;
using Gateway.Service.Keeping;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Spooling;

/// <summary>
/// A life of images from arrival to removal, and back; at each of its steps the spool is copied as a crash would leave it, and opened as
/// the next start opens it. A kill leaves what the system has. A loss of power leaves what the device has: of the ledger what was flushed;
/// of an object that is not settled, zeros; and of a rename perhaps nothing.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private static readonly Completion AfterAMinute = new(null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), 2, TimeSpan.FromSeconds(1));

    // In memory where there is such a volume: what is on the device is not asked of it.
    private readonly string root = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"crash-{Guid.NewGuid():N}")).FullName;
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow.AddHours(-1));
    private readonly ConcurrentDictionary<string, byte> promised = [];
    private readonly List<Crash> crashes = [];
    private readonly Lock copying = new();
    private readonly Dictionary<string, long> flushed = [];
    private Image[] images = [];

    private enum Way
    {
        Kill,
        LossOfPower,
        LossOfPowerWithRenames,
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(root, "spool");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task What_was_promised_is_kept_after_a_crash_at_any_step()
    {
        images =
        [
            new Image("1") { Study = "1.2.1", Series = "1.2.1.1", PixelBytes = 40_000 }, new Image("2") { Study = "1.2.1", Series = "1.2.1.1", PixelBytes = 20_000 },
            new Image("1") { Study = "1.2.2", Series = "1.2.2.1", PixelBytes = 20_000 },
        ];
        Directory.CreateDirectory(Folder);
        await using var target = new ScriptedScp();
        using (var core = await Core.StartedAsync(Folder, clock, "pacs"))
        {
            core.Spool.Passing = moment => Copy(moment, target);
            core.Ledger.File.Passing = moment => Copy(moment, target);
            await SendAsync(core, images);
            await SendAsync(core, images[..1]); // again
            clock.Advance(TimeSpan.FromMinutes(2));
            Completion(core).QueueDue();
            using (var dispatcher = Dispatcher(core, target.EndPoint))
            {
                await dispatcher.StartAsync(Cancellation);
                await Eventually.HoldsAsync(() => core.Ledger.Ask(book => !book.Deliveries.Any()));
                await dispatcher.StopAsync(Cancellation);
            }

            promised.Clear(); // delivered: it may go
            clock.SetUtcNow(DateTimeOffset.UtcNow);
            foreach (var (name, at, _) in core.Spool.ByAge())
                File.SetLastWriteTimeUtc(core.Spool.PathOf(name), at.UtcDateTime.AddMinutes(-2)); // none so young that its line may still come
            Assert.Equal(3, await Retention(core).SweepAsync(Cancellation));
            await Eventually.HoldsAsync(() => File.GetLastWriteTimeUtc(TouchedNow()) > clock.GetUtcNow());
            await SendAsync(core, images[1..2]); // as if nobody had seen it
            await core.Ledger.FlushAsync();
        }

        Assert.Superset(Enum.GetValues<Moment>().ToHashSet(), crashes.Select(crash => crash.At).ToHashSet());
        foreach (var crash in crashes)
        {
            foreach (var way in Enum.GetValues<Way>())
                await AssertKeptAsync(crash, way);
        }
    }

    private async Task AssertKeptAsync(Crash crash, Way way)
    {
        var folder = Path.Combine(root, $"{crash.Number}-{way}");
        Leave(crash, way, folder);
        var said = $"crash {crash.Number} at {crash.At}, {way}: ";
        using (var core = await Core.StartedAsync(folder, clock, "pacs"))
        {
            var present = new List<string>();
            foreach (var image in images)
            {
                var files = Directory.GetFiles(folder, $"{SpoolName.HashOf(image.SopInstanceUid)}-*", SearchOption.AllDirectories);
                Assert.True(files.Length <= 1, $"{said}{image.SopInstanceUid} is there {files.Length} times");
                Assert.True(files.Length == 1 || !crash.Promised.Contains(image.SopInstanceUid.Value), $"{said}{image.SopInstanceUid} was acknowledged and is gone");
                if (files.Length == 0)
                    continue;
                Assert.True(StoredObject.Read(files[0]).DataSetSha256 == Convert.ToHexStringLower(SHA256.HashData(image.ToDataSet())), $"{said}{image.SopInstanceUid} is not what was sent");
                present.Add(SpoolName.OfFile(Path.GetFileName(files[0]))!.Value.ToString());
            }

            Assert.False(core.Condition.IsDegraded, $"{said}the service is degraded");
            Assert.DoesNotContain(Directory.GetFiles(Path.Combine(folder, "incoming")), file => new FileInfo(file).Length > 0);
            var opened = core.Ledger.Ask(book => book.Studies.SelectMany(study => study.Value.Arrivals.Select(arrival => arrival.Name)).ToList());
            var queued = core.Ledger.Ask(book => book.Deliveries.SelectMany(delivery => delivery.Names).ToList());
            var waiting = opened.Concat(queued).ToList();
            Assert.True(waiting.Distinct().Count() == waiting.Count, $"{said}something waits twice");
            Assert.True(present.All(name => waiting.Contains(name) || crash.AtTarget.Contains(name)), $"{said}something will never be delivered");
            clock.Advance(TimeSpan.FromMinutes(2));
            Completion(core).QueueDue();
            Assert.Equal(waiting.Order(StringComparer.Ordinal), core.Ledger.Ask(book => book.Deliveries.SelectMany(delivery => delivery.Names).Order(StringComparer.Ordinal).ToList()));
            Assert.All(core.Ledger.Ask(book => book.Deliveries.ToList()), delivery => Assert.Equal("pacs", delivery.Target));
        }

        Directory.Delete(folder, recursive: true);
    }

    // The ledger first: an object may be on the disk without its line, never a line without its object.
    private void Copy(Moment moment, ScriptedScp target)
    {
        lock (copying)
        {
            if (moment == Moment.LinesFlushed)
            {
                foreach (var file in Directory.GetFiles(Path.Combine(Folder, Spool.LedgerName)))
                    flushed[Path.GetFileName(file)] = new FileInfo(file).Length;
            }

            var atTarget = target.Received.Select(one => images.Single(image => image.SopInstanceUid.Value == one.Uid)).Select(NameOf).ToHashSet();
            var crash = new Crash(crashes.Count, moment, [.. promised.Keys], atTarget, new(flushed), Path.Combine(root, $"copy-{crashes.Count}"));
            crashes.Add(crash);
            foreach (var folder in (string[])[Spool.LedgerName, "incoming", .. Spool.Subfolders()])
                FolderCopy.Copy(Path.Combine(Folder, folder), Path.Combine(crash.Folder, folder), file => file.Length > 0); // an empty one is a name that waits for an object
        }
    }

    private static void Leave(Crash crash, Way way, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var subfolder in Directory.GetDirectories(crash.Folder))
            FolderCopy.Copy(subfolder, Path.Combine(folder, Path.GetFileName(subfolder)));
        if (way == Way.Kill)
            return;
        var ledger = Path.Combine(folder, Spool.LedgerName);
        foreach (var file in Directory.Exists(ledger) ? Directory.GetFiles(ledger) : [])
        {
            using var stream = File.OpenWrite(file);
            stream.SetLength(crash.Flushed.GetValueOrDefault(Path.GetFileName(file)));
        }

        var incoming = Path.Combine(folder, "incoming");
        if (crash.At is Moment.Appended or Moment.Sealed)
        {
            foreach (var file in Directory.GetFiles(incoming))
                File.WriteAllBytes(file, new byte[new FileInfo(file).Length]);
        }

        if (way != Way.LossOfPowerWithRenames)
            return;
        Directory.CreateDirectory(incoming);
        foreach (var file in Directory.GetFiles(folder, "*.dicom", SearchOption.AllDirectories))
            File.Move(file, Path.Combine(incoming, $"{Guid.NewGuid():N}{Spool.Unfinished}"));
    }

    // A real association: what counts as promised is what the sender was answered.
    private async Task SendAsync(Core core, IReadOnlyList<Image> some)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var room = new DiskRoom(core.Spool, Limits, new UrgencyTitles(null, null), core.Condition, clock, NullLogger<DiskRoom>.Instance);
        var audits = Directory.CreateTempSubdirectory("audit-").FullName;
        using var audit = new AuditFile(new AuditSettings(audits, 1), core.Condition, TimeProvider.System, NullLogger<AuditFile>.Instance);
        var source = new AuditSource("Crash", "DICOMMAIL");
        var audited = new AuditedAssociation(new AuditLog(audit, new SyslogSender(null, audit, source, TimeProvider.System, NullLogger<SyslogSender>.Instance), source, TimeProvider.System));
        var counts = new ServiceCounts();
        using var meter = new GatewayMeter(counts, core.Ledger, new IndexCondition(), room, TimeProvider.System);
        var receiver = new InstanceReceiver(1, core.Spool, new SpoolIntake(core.Spool, core.Known, core.Arrivals, counts), room, counts, core.Condition, audited, meter, 1 << 30, NullLogger.Instance);
        var serving = Task.Run(
            async () =>
            {
                var policy = new AcceptorPolicy(_ => null, _ => true, 16384, AssociationTimeouts.Default);
                await using var association = await AssociationAcceptor.AcceptAsync(await listener.AcceptSocketAsync(Cancellation), policy, TimeProvider.System, Cancellation);
                await StorageProvider.ServeAsync(association, receiver, Cancellation);
            },
            Cancellation);
        var options = new RequestorOptions((IPEndPoint)listener.LocalEndpoint, AeTitle.Parse("MODALITY1"), AeTitle.Parse("DICOMMAIL"));
        await using var client = await StorageClient.ConnectAsync(options, StorageProposal.For(some.Select(image => image.Meta)), Cancellation);
        foreach (var image in some)
        {
            Assert.True((await client.StoreAsync(new MemoryStream(image.ToFile()), null, Cancellation)).IsSuccess);
            promised[image.SopInstanceUid.Value] = 0;
        }

        await client.ReleaseAsync(Cancellation);
        await serving;
        Directory.Delete(audits, recursive: true);
    }

    private static DiskLimits Limits => new(0, 0, TimeSpan.Zero, TimeSpan.FromDays(1));

    private CompletionClock Completion(Core core) => new(AfterAMinute, core.Ledger, clock);

    private Retention Retention(Core core) => new(
        core.Spool, core.Ledger, core.Known, new DiskRoom(core.Spool, Limits, new UrgencyTitles(null, null), core.Condition, clock, NullLogger<DiskRoom>.Instance), Limits, new OldestImages(), clock,
        NullLogger<Retention>.Instance);

    private Dispatcher Dispatcher(Core core, IPEndPoint endPoint)
    {
        var deliverer = new DicomDeliverer(new DicomTarget("pacs", AeTitle.Parse("TARGET"), endPoint), AeTitle.Parse("DICOMMAIL"), core.Spool, core.Ledger, new IdTables([], clock, NullLogger<IdTables>.Instance), clock);
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        return new Dispatcher([deliverer], core.Ledger, backoff, clock, () => 0, NullLogger<Dispatcher>.Instance);
    }

    private string TouchedNow()
    {
        var file = Path.Combine(root, "touched");
        File.WriteAllText(file, "");
        return file;
    }

    private static string NameOf(Image image)
    {
        using var hash = new ContentHash();
        hash.Append(image.ToDataSet());
        return new SpoolName(SpoolName.HashOf(image.SopInstanceUid), hash.Finish(image.Syntax).NamePart).ToString();
    }

    /// <summary>A spool as it was at a step.</summary>
    private sealed record Crash(int Number, Moment At, HashSet<string> Promised, HashSet<string> AtTarget, Dictionary<string, long> Flushed, string Folder);
}
