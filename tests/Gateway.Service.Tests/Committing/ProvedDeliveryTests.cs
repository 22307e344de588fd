using System.Net;
using Gateway.Dicom.Commitment;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Committing;
using Gateway.Service.Delivering;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Committing;

/// <summary>A delivery counts as proved only when the target has committed itself to all of it (PS3.4 annex J).</summary>
public sealed class ProvedDeliveryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("proved-").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
    private readonly Core core;

    public ProvedDeliveryTests() => core = Core.Open(folder, clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        core.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Orthanc_stores_is_asked_and_reports_on_an_association_of_its_own()
    {
        var port = Dcmtk.FreePort();
        await using var orthanc = await Orthanc.StartAsync(port);
        await using var gateway = await GatewayProcess.StartedAsync(configuration =>
        {
            SampleConfiguration.SendingTo(new IPEndPoint(IPAddress.Loopback, orthanc.Port), "ORTHANC")(configuration);
            configuration["dicom"]!["callers"]!.AsArray().Add(SampleConfiguration.Caller("ORTHANC"));
            configuration["targets"]!["dicom"]![0]!["storageCommitment"] = true;
        }, port);

        foreach (var number in new[] { "1", "2", "3" })
            await gateway.StoreFileAsync(new Image(number).ToFile());

        await Eventually.HoldsAsync(async () => Count(await gateway.LedgerAsync(0), "finished") >= 1, 60);
        var ledger = await gateway.LedgerAsync(0);
        Assert.Equal(1, Count(ledger, "commitmentAsked"));
        Assert.Equal(1, Count(ledger, "committed"));
        Assert.Contains("\"awaits\":\"commitment\"", ledger, StringComparison.Ordinal);
        Assert.True(ledger.IndexOf("\"event\":\"committed\"", StringComparison.Ordinal) < ledger.IndexOf("\"event\":\"finished\"", StringComparison.Ordinal));
        Assert.Equal(3, (await orthanc.FilesAsync()).Count);
    }

    [Fact]
    public async Task What_the_target_does_not_keep_is_sent_again_and_the_rest_is_not()
    {
        var told = new Told
        {
            Answer = (request, time) => time == 1
                ? new CommitmentReport(request.Transaction, [request.Instances[0]], [new FailedInstance(request.Instances[1], FailureReason.NoSuchObjectInstance)])
                : new CommitmentReport(request.Transaction, request.Instances, []),
        };
        await using var peer = new ReportedPeer(told);
        await using var running = Run(peer.EndPoint);

        var delivery = core.Queue("pacs", Priority.Normal, core.Receive(new Image("1")), core.Receive(new Image("2")));

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)?.Attempts) == 1);
        Assert.Single(core.Ledger.Ask(book => book.Find(delivery)!.Names));
        await UntilAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);
        Assert.Equal(["1.2.3.1.1", "1.2.3.1.2", "1.2.3.1.2"], peer.Stored);
        Assert.Equal([2, 1], told.Requests.Select(request => request.Instances.Count));
        Assert.Contains("0112", (await core.EventsAsync()).OfType<LedgerEvent.Postponed>().Single().Reason, StringComparison.Ordinal);
        Assert.Empty(core.Ledger.Ask(book => book.DeadLetters.ToList()));
    }

    [Fact]
    public async Task An_instance_that_the_report_does_not_name_is_not_proved()
    {
        var told = new Told { Answer = (request, time) => new CommitmentReport(request.Transaction, time == 1 ? [request.Instances[0]] : request.Instances, []) };
        await using var peer = new ReportedPeer(told);
        await using var running = Run(peer.EndPoint);

        var delivery = core.Queue("pacs", Priority.Normal, core.Receive(new Image("1")), core.Receive(new Image("2")));

        await UntilAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);
        Assert.Equal(["1.2.3.1.1", "1.2.3.1.2", "1.2.3.1.2"], peer.Stored);
    }

    [Fact]
    public async Task A_target_that_never_reports_is_visible_is_asked_again_and_is_given_up_in_the_end()
    {
        var told = new Told();
        await using var peer = new ReportedPeer(told);
        await using var running = Run(peer.EndPoint);
        var name = core.Receive(new Image("1"));

        var delivery = core.Queue("pacs", Priority.Normal, name);

        await Eventually.HoldsAsync(() => core.Ledger.Ask(book => book.Find(delivery)?.Pending) is not null);
        Assert.Equal([name.ToString()], core.Ledger.Ask(book => book.Find(delivery)!.Unproved));
        Assert.Contains(name.ToString(), core.Ledger.Ask(book => book.Undelivered()));
        await UntilAsync(() => told.Requests.Count == 2);
        Assert.Single((await core.EventsAsync()).OfType<LedgerEvent.CommitmentOverdue>());
        await UntilAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);
        Assert.Equal(name.ToString(), Assert.Single(core.Ledger.Ask(book => book.DeadLetters.ToList())).Name);
        Assert.Single(peer.Stored);
    }

    [Fact]
    public async Task A_late_report_on_an_earlier_request_is_as_good()
    {
        var told = new Told();
        await using var peer = new ReportedPeer(told);
        await using var running = Run(peer.EndPoint);
        var delivery = core.Queue("pacs", Priority.Normal, core.Receive(new Image("1")));
        await UntilAsync(() => told.Requests.Count == 2);

        var first = told.Requests.First();
        var reports = new CommitmentReports(core.Ledger, running.Targets);
        Assert.Equal(0x0115, (await reports.TakeAsync(new CommitmentReport(first.Transaction, first.Instances, []), AeTitle.Parse("SOMEBODY"))).Code);
        Assert.Equal(0x0115, (await reports.TakeAsync(new CommitmentReport(Uid.Parse("1.2.3"), first.Instances, []), AeTitle.Parse("TARGET"))).Code);
        Assert.True((await reports.TakeAsync(new CommitmentReport(first.Transaction, first.Instances, []), AeTitle.Parse("TARGET"))).IsSuccess);

        await UntilAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);
        Assert.Empty(core.Ledger.Ask(book => book.DeadLetters.ToList()));
    }

    [Fact]
    public async Task A_target_without_storage_commitment_keeps_nothing_from_being_tried_again_and_given_up()
    {
        await using var target = await StoreScp.StartAsync(Cancellation, "-uf");
        await using var running = Run(target.EndPoint);

        var delivery = core.Queue("pacs", Priority.Normal, core.Receive(new Image("1")));

        await UntilAsync(() => core.Ledger.Ask(book => book.Find(delivery)) is null);
        Assert.Contains("does not offer storage commitment", Assert.Single(core.Ledger.Ask(book => book.DeadLetters.ToList())).Reason, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(target.Folder));
    }

    [Fact]
    public async Task The_next_start_still_knows_the_request()
    {
        var told = new Told();
        await using var peer = new ReportedPeer(told);
        var delivery = core.Queue("pacs", Priority.Normal, core.Receive(new Image("1")));
        await using (Run(peer.EndPoint))
            await Eventually.HoldsAsync(() => !told.Requests.IsEmpty);
        await core.Ledger.FlushAsync();
        core.Dispose();

        using var next = Core.Open(folder, clock);

        Assert.Equal(told.Requests.Single().Transaction.Value, next.Ledger.Ask(book => book.Find(delivery)!.Pending!.Transaction));
        Assert.NotNull(next.Ledger.Ask(book => book.OfTransaction(told.Requests.Single().Transaction.Value)));
    }

    private static int Count(string ledger, string what) => ledger.Split($"\"event\":\"{what}\"").Length - 1;

    // The clock goes on as long as nothing happens.
    private Task UntilAsync(Func<bool> holds) => Eventually.HoldsAsync(() =>
    {
        if (holds())
            return true;
        clock.Advance(TimeSpan.FromSeconds(5));
        return false;
    });

    private Running Run(IPEndPoint pacs) => new(core, clock, pacs);

    private sealed class Running : IAsyncDisposable
    {
        private readonly OpenQuestions questions;
        private readonly Dispatcher dispatcher;

        public Running(Core core, TimeProvider time, IPEndPoint pacs)
        {
            var (target, calling) = (new DicomTarget("pacs", AeTitle.Parse("TARGET"), pacs) { Commitment = TimeSpan.FromMinutes(1) }, AeTitle.Parse("DICOMMAIL"));
            Targets = new Targets([target], []);
            questions = new OpenQuestions(core.Ledger, time);
            var storing = new DicomDeliverer(target, calling, core.Spool, core.Ledger, new IdTables([], time, NullLogger<IdTables>.Instance), time);
            var proving = new ProvedDeliverer(storing, target, calling, core.Spool, core.Ledger, new CommitmentReports(core.Ledger, Targets), questions, time);
            var backoff = new Backoff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5));
            dispatcher = new Dispatcher([proving], core.Ledger, backoff, time, () => 0, NullLogger<Dispatcher>.Instance);
            _ = dispatcher.StartAsync(CancellationToken.None);
        }

        public Targets Targets { get; }

        public async ValueTask DisposeAsync()
        {
            await dispatcher.StopAsync(CancellationToken.None);
            dispatcher.Dispose();
            await questions.StopAsync(CancellationToken.None);
            questions.Dispose();
        }
    }
}
