using System.Diagnostics.Metrics;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Watching;

namespace Gateway.Service.Metering;

/// <summary>
/// The instruments of the service, under the meter that bears its name. Labels are targets, priorities and outcomes: what stands in the
/// configuration or the program, and nothing that a peer sent.
/// </summary>
internal sealed class GatewayMeter : ILedgerWatcher, IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Gateway.Service";

    private const string Bytes = "By";
    private const string Seconds = "s";
    private const string Target = "target";
    private const string Outcome = "outcome";

    private readonly Ledger ledger;
    private readonly Histogram<double> receiveDuration;
    private readonly Counter<long> attempts;
    private readonly Counter<long> instances;

    public GatewayMeter(ServiceCounts counts, Ledger ledger, IndexCondition index, DiskRoom room, TimeProvider time)
    {
        this.ledger = ledger;
        Meter = new Meter(Name);
        Meter.CreateObservableCounter("gateway.received", () => counts.Received, null, "Instances stored, new versions among them.");
        Meter.CreateObservableCounter("gateway.received.duplicates", () => counts.Duplicates, null, "Instances acknowledged because they were there.");
        Meter.CreateObservableCounter("gateway.received.new_versions", () => counts.NewVersions, null, "Instances stored beside another version of themselves.");
        Meter.CreateObservableCounter("gateway.received.refused", () => counts.Refused, null, "Instances answered with a failure.");
        Meter.CreateObservableCounter("gateway.received.quarantined", () => counts.Quarantined, null, "Instances refused and laid aside for their other pixels.");
        Meter.CreateObservableCounter("gateway.received.size", () => counts.Bytes, Bytes, "The data sets of the instances stored.");
        receiveDuration = Meter.CreateHistogram<double>("gateway.receive.duration", Seconds, "From the command of an instance to its answer.");
        attempts = Meter.CreateCounter<long>("gateway.deliveries", null, "Attempts at deliveries by how they ended: done, postponed, given_up.");
        instances = Meter.CreateCounter<long>("gateway.delivered.instances", null, "Instances by what a target said of them: stored, refused.");
        Meter.CreateObservableGauge("gateway.queue.deliveries", () => Queue(group => group.LongCount()), null, "Deliveries that wait.");
        Meter.CreateObservableGauge("gateway.queue.oldest_age", () => Queue(group => (time.GetUtcNow() - group.Min(delivery => delivery.QueuedAt)).TotalSeconds), Seconds, "The age of the oldest delivery that waits.");
        Meter.CreateObservableGauge("gateway.sending.paused", () => ledger.Ask(book => book.Pause) is null ? 0L : 1L, null, "1 while sending is paused because the machine was set back, 0 otherwise.");
        Meter.CreateObservableGauge("gateway.dead_letters", DeadLetters, null, "Instances that will not be sent again by themselves.");
        Meter.CreateObservableGauge("gateway.index.lag", () => ledger.File.WrittenTo - index.Line, null, "Lines of the ledger that the database does not have yet.");
        Meter.CreateObservableGauge("gateway.disk.free", () => room.FreeBytes, Bytes, "The free space of the images' volume.");
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>An instance was answered.</summary>
    /// <param name="duration">How long it took since its command.</param>
    public void Answered(TimeSpan duration) => receiveDuration.Record(duration.TotalSeconds);

    public void Take(LedgerLine line, string? target)
    {
        switch (line.What)
        {
            case LedgerEvent.Stored:
                Count(instances, target, "stored");
                break;
            case LedgerEvent.Refused:
                Count(instances, target, "refused");
                break;
            case LedgerEvent.Postponed:
                Count(attempts, target, "postponed");
                break;
            case LedgerEvent.Finished finished:
                Count(attempts, target, finished.GivenUp is null ? "done" : "given_up");
                break;
        }
    }

    public void Look()
    {
        // what holds is asked for when somebody measures
    }

    public void Dispose() => Meter.Dispose();

    private static void Count(Counter<long> counter, string? target, string outcome) =>
        counter.Add(1, new KeyValuePair<string, object?>(Target, target ?? "unknown"), new KeyValuePair<string, object?>(Outcome, outcome));

    private List<Measurement<T>> Queue<T>(Func<IEnumerable<Delivery>, T> measure)
        where T : struct =>
        ledger.Ask(book => book.Deliveries.GroupBy(delivery => (delivery.Target, delivery.Priority)).Select(group => new Measurement<T>(
            measure(group), new KeyValuePair<string, object?>(Target, group.Key.Target), new KeyValuePair<string, object?>("priority", group.Key.Priority.ToString().ToLowerInvariant()))).ToList());

    private List<Measurement<long>> DeadLetters() => ledger.Ask(book => book.DeadLetters.CountBy(letter => letter.Target).Select(target =>
        new Measurement<long>(target.Value, new KeyValuePair<string, object?>(Target, target.Key))).ToList());
}
