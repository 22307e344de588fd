using Gateway.Dicom.Identifiers;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Service.Tests.Running;

/// <summary>Spool, ledger and what stands between them, in this process, put together as the host does it.</summary>
internal sealed class Core : IDisposable
{
    private readonly RecordedNames recorded = new();

    private Core(string folder, TimeProvider time, IReadOnlyList<string> targets)
    {
        Spool = Spool.Open(folder, out var leftovers);
        Leftovers = leftovers;
        Ledger = Ledger.Open(Spool.LedgerFolder, recorded.Apply, Condition, time, NullLogger.Instance);
        Headers = new RecentHeaders(Spool);
        Arrivals = new Arrivals(
            Ledger, new Routes(new Targets([], []), [new RoutingRule { Id = "all", To = targets }], new UrgencyTitles(AeTitle.Parse("EMERGENCY"), AeTitle.Parse("BULK"))), Known, Headers, time);
    }

    public Spool Spool { get; }

    public int Leftovers { get; }

    public Ledger Ledger { get; }

    public RecentHeaders Headers { get; }

    public Arrivals Arrivals { get; }

    public KnownInstances Known { get; } = new();

    public ServiceCondition Condition { get; } = new();

    /// <summary>Opens a spool, without what the next start does to it.</summary>
    public static Core Open(string folder, TimeProvider time, params IReadOnlyList<string> targets) => new(folder, time, targets);

    /// <summary>Opens a spool as the next start does.</summary>
    public static async Task<Core> StartedAsync(string folder, TimeProvider time, params IReadOnlyList<string> targets)
    {
        var core = new Core(folder, time, targets);
        await new Reconciliation(core.Spool, core.recorded, core.Known, core.Arrivals, core.Condition, NullLogger<Reconciliation>.Instance).StartAsync(CancellationToken.None);
        return core;
    }

    /// <summary>Takes an image in, as a receiver does once its bytes are there.</summary>
    public SpoolName Receive(Image image, string called = "DICOMMAIL")
    {
        var meta = image.Meta with { SourceAeTitle = AeTitle.Parse("MODALITY1"), ReceivingAeTitle = AeTitle.Parse(called) };
        using var received = Spool.Begin(meta);
        foreach (var fragment in image.ToDataSet().Chunk(4096))
            received.Append(fragment);
        var summary = received.Check(ImageAttributes.Wanted, CancellationToken.None);
        received.Settle();
        if (Spool.Place(received) == Placement.New)
            Arrivals.Take(received.Name, meta, ImageAttributes.Of(summary), received.DataSetBytes);
        else
            Arrivals.TakeAgain(received.Name, meta, ImageAttributes.Of(summary));
        return received.Name;
    }

    /// <summary>Lets images wait to be sent together.</summary>
    public long Queue(string target, Priority priority, params IEnumerable<SpoolName> names) =>
        Ledger.Record(new LedgerEvent.Queued(target, priority, DeliveryKind.Study, "1.2.3", [.. names.Select(name => name.ToString())])).Number;

    /// <summary>What the ledger says, once it is on the device.</summary>
    public async Task<IReadOnlyList<LedgerEvent>> EventsAsync()
    {
        await Ledger.FlushAsync();
        return [.. Directory.GetFiles(Spool.LedgerFolder).Order(StringComparer.Ordinal).SelectMany(file => LedgerReader.Lines(file)).Select(line => line.Line?.What).OfType<LedgerEvent>()];
    }

    public void Dispose()
    {
        Ledger.Dispose();
        Spool.Dispose();
    }
}
