using Gateway.Dicom.Storage;
using Gateway.Service.Continuity;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Partnering;

/// <summary>
/// Two studies on their way from one site to the PACS of another, one of which that PACS refuses. At each line that either ledger gets, before and
/// after it is on the device, everything is copied as a crash of both sites would leave it, and both are started on the copy. A kill leaves what the system has; a
/// loss of power cuts the ledgers after what was flushed.
/// </summary>
public sealed class MailCrashTests : IDisposable
{
    private const int AtOnce = 8;
    private const int SampleOf = 16;
    private const string North = "north";
    private const string South = "south";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string root = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"mail-crash-{Guid.NewGuid():N}")).FullName;
    private readonly Lock copying = new();
    private readonly List<Crash> crashes = [];
    private readonly HashSet<string> promised = [];
    private readonly Dictionary<string, long> flushed = [];
    private readonly IReadOnlyList<Image> good = SentStudy.Of(3);
    private readonly Image refused = new("1") { Study = "1.2.4", Series = "1.2.4.1" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public Task What_was_promised_comes_to_the_partners_PACS_or_is_a_dead_letter_after_crashes_at_a_sample_of_the_steps() => AssertKeptAsync(SampleOf);

    [Fact(Explicit = true)]
    public Task What_was_promised_comes_to_the_partners_PACS_or_is_a_dead_letter_after_a_crash_at_any_step() => AssertKeptAsync(int.MaxValue);

    private async Task AssertKeptAsync(int most)
    {
        await LiveAsync();
        Assert.Superset(new HashSet<Moment> { Moment.LineAppended, Moment.LinesFlushed }, crashes.Select(crash => crash.At).ToHashSet());
        var continued = crashes.SelectMany(crash => new[] { (crash, isPowerLost: false), (crash, isPowerLost: true) }).ToArray();
        Seed.Begin().Shuffle(continued);
        await Parallel.ForEachAsync(
            continued.Take(most), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation }, async (one, _) => await ContinueAsync(one.crash, one.isPowerLost));
    }

    // The life whose steps are copied.
    private async Task LiveAsync()
    {
        var life = Path.Combine(root, "life");
        Introduce(life);
        await using var pacs = Pacs();
        await using var a = await HostedSite.StartAsync(Path.Combine(life, North), North, South, Path.Combine(life, "pickup"), null, moment => Copy(moment, North, life, pacs));
        await using var b = await HostedSite.StartAsync(Path.Combine(life, South), South, North, Path.Combine(life, "pickup"), pacs.EndPoint, moment => Copy(moment, South, life, pacs));
        await SendAsync(a, [.. good, refused]);
        await UntilSettledAsync(a, b, "in the life itself: ");
        AssertArrived(a, b, [], pacs, "in the life itself: ");
    }

    private static void Introduce(string life)
    {
        var (ours, theirs) = (HostedSite.Prepare(Path.Combine(life, North), North), HostedSite.Prepare(Path.Combine(life, South), South));
        HostedSite.Introduce(Path.Combine(life, North), ours, South, theirs.Public, maximumMessageBytes: 200_000);
        HostedSite.Introduce(Path.Combine(life, South), theirs, North, ours.Public, maximumMessageBytes: 200_000);
    }

    private ScriptedScp Pacs() => new(uid => Task.FromResult((ushort)(uid == refused.SopInstanceUid.Value ? 0xC000 : 0)));

    private async Task SendAsync(HostedSite site, IReadOnlyList<Image> images)
    {
        await using var client = await StorageClient.ConnectAsync(site.Caller, StorageProposal.For(images.Select(image => image.Meta)), Cancellation);
        foreach (var image in images)
        {
            Assert.True((await client.StoreAsync(new MemoryStream(image.ToFile()), null, Cancellation)).IsSuccess);
            lock (copying)
                promised.Add(image.SopInstanceUid.Value);
        }

        await client.ReleaseAsync(Cancellation);
    }

    // Both sites stand still at their next step meanwhile. The ledgers first: no file goes before the line that says so is in them.
    private void Copy(Moment moment, string site, string life, ScriptedScp pacs)
    {
        if (moment == Moment.LinesWritten)
            return;
        lock (copying)
        {
            if (moment == Moment.LinesFlushed)
            {
                foreach (var file in Directory.GetFiles(LedgerOf(life, site)))
                    flushed[file[life.Length..]] = new FileInfo(file).Length;
            }

            var crash = new Crash(crashes.Count, moment, site, [.. promised], [.. pacs.Received], new(flushed), Path.Combine(root, $"copy-{crashes.Count}"));
            foreach (var one in new[] { North, South })
            {
                FolderCopy.Copy(HostedSite.DataIn(Path.Combine(life, one)), HostedSite.DataIn(Path.Combine(crash.Folder, one)), file => !file.Name.StartsWith("index.db", StringComparison.Ordinal));
                FolderCopy.Copy(LedgerOf(life, one), LedgerOf(crash.Folder, one));
            }

            foreach (var one in new[] { North, South })
                FolderCopy.Copy(HostedSite.SpoolIn(Path.Combine(life, one)), HostedSite.SpoolIn(Path.Combine(crash.Folder, one)), IsRead);
            FolderCopy.Copy(Path.Combine(life, "pickup"), Path.Combine(crash.Folder, "pickup"), IsRead);
            crashes.Add(crash);
        }
    }

    // Not the ledger, which is copied before; nor what is being written, or was unpacked: the next start removes it unread.
    private static bool IsRead(FileInfo file) =>
        file.Extension is not ".jsonl" and not ".part" && !file.Name.EndsWith(Spool.Unfinished, StringComparison.Ordinal) && !file.DirectoryName!.Contains("unpacked", StringComparison.Ordinal);

    private static string LedgerOf(string life, string site) => Path.Combine(HostedSite.SpoolIn(Path.Combine(life, site)), Spool.LedgerName);

    private async Task ContinueAsync(Crash crash, bool isPowerLost)
    {
        var said = $"crash {crash.Number} of {crash.Site} at {crash.At}{(isPowerLost ? ", with the power" : "")}: ";
        var folder = Path.Combine(root, $"{crash.Number}-{isPowerLost}");
        FolderCopy.Copy(crash.Folder, folder);
        if (isPowerLost)
            CutLedgers(crash, folder);
        await using (var pacs = Pacs())
        await using (var a = await HostedSite.StartAsync(Path.Combine(folder, North), North, South, Path.Combine(folder, "pickup"), null))
        await using (var b = await HostedSite.StartAsync(Path.Combine(folder, South), South, North, Path.Combine(folder, "pickup"), pacs.EndPoint))
        {
            Assert.True(a.Ledger.Ask(book => book.Pause) is null && b.Ledger.Ask(book => book.Pause) is null, said + "sending is paused");
            await UntilSettledAsync(a, b, said);
            AssertArrived(a, b, crash.AtPacs, pacs, said, crash.Promised);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static void CutLedgers(Crash crash, string folder)
    {
        foreach (var site in new[] { North, South })
        {
            File.Delete(Path.Combine(HostedSite.DataIn(Path.Combine(folder, site)), Witness.FileName)); // it was written after what the ledger has flushed
            foreach (var file in Directory.Exists(LedgerOf(folder, site)) ? Directory.GetFiles(LedgerOf(folder, site)) : [])
            {
                using var stream = File.OpenWrite(file);
                stream.SetLength(crash.Flushed.GetValueOrDefault(file[folder.Length..]));
            }
        }
    }

    // Nothing waits, nothing is on its way, and each message has its answer.
    private static async Task UntilSettledAsync(HostedSite a, HostedSite b, string said)
    {
        var end = DateTime.UtcNow + Patience;
        while (!IsSettled(a) || !IsSettled(b) || a.Ledger.AskMail(book => book.Open.Any()))
        {
            Assert.True(DateTime.UtcNow < end, $"{said}it does not come to an end: {LinesOf(a)}{LinesOf(b)}");
            await Task.Delay(100, Cancellation);
        }
    }

    private static string LinesOf(HostedSite site) =>
        string.Concat(Directory.GetFiles(Path.Combine(site.SpoolFolder, Spool.LedgerName)).SelectMany(GatewayProcess.LinesOf).Select(line => $"{Environment.NewLine}{Path.GetFileName(site.Root)} {line}"));

    private static bool IsSettled(HostedSite site) =>
        site.Ledger.Ask(book => !book.Studies.Any() && !book.Deliveries.Any()) && Directory.GetFiles(Path.Combine(site.SpoolFolder, "mail", "inbox")).Length == 0
        && Directory.GetFiles(Path.Combine(site.SpoolFolder, "mail", "outbox")).Length == 0;

    private void AssertArrived(HostedSite a, HostedSite b, IReadOnlyList<(string Uid, string Sha256)> before, ScriptedScp pacs, string said, IReadOnlyCollection<string>? due = null)
    {
        var arrived = before.Concat(pacs.Received).ToList();
        var wanted = due ?? promised;
        foreach (var image in good.Where(image => wanted.Contains(image.SopInstanceUid.Value)))
        {
            var uid = image.SopInstanceUid.Value;
            Assert.True(arrived.Any(one => one.Uid == uid), $"{said}{uid} is lost" + LinesOf(a) + LinesOf(b));
            Assert.True(arrived.Where(one => one.Uid == uid).All(one => one.Sha256 == SentStudy.Hashes([image]).Single()), $"{said}{uid} is not what was sent" + LinesOf(a) + LinesOf(b));
            Assert.True(pacs.Received.Count(one => one.Uid == uid) <= 1, $"{said}{uid} was sent to the PACS twice after it" + LinesOf(a) + LinesOf(b));
            Assert.True(Directory.GetFiles(b.SpoolFolder, $"{SpoolName.HashOf(image.SopInstanceUid)}*.dicom", SearchOption.AllDirectories).Length == 1, $"{said}{uid} is not once in the other's spool" + LinesOf(a) + LinesOf(b));
        }

        Assert.True(a.Ledger.AskMail(book => book.Sent.Where(message => message.Study == good[0].Study).All(message => message.State == MailState.Stored)), said + "the partner's signature for an image is missing" + LinesOf(a) + LinesOf(b));
        Assert.True(a.Ledger.AskMail(book => book.Sent.Where(message => message.Study == refused.Study).All(message => message.State == MailState.Dead)), said + "what was refused is called something else" + LinesOf(a) + LinesOf(b));
        if (!wanted.Contains(refused.SopInstanceUid.Value))
            return;
        Assert.True(a.Ledger.Ask(book => book.DeadLetters.Any(letter => letter.Study == refused.Study)), said + "what was refused is no dead letter" + LinesOf(a) + LinesOf(b));
        Assert.True(b.Ledger.Ask(book => book.DeadLetters.Any(letter => letter.Study == refused.Study)), said + "what was refused is no dead letter where it was refused" + LinesOf(a) + LinesOf(b));
    }

    /// <summary>Both sites as they were at a step of one.</summary>
    private sealed record Crash(
        int Number, Moment At, string Site, HashSet<string> Promised, List<(string Uid, string Sha256)> AtPacs, Dictionary<string, long> Flushed, string Folder);
}
