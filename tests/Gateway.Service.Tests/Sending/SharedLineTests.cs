using Gateway.Service.Health;
using Gateway.Service.Ledgers;
using Gateway.Service.Sending;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Sending;

/// <summary>One line leads to all partners: an emergency for one of them keeps it.</summary>
public sealed class SharedLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("line-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero));
    private readonly Ledger ledger;
    private readonly SharedLine line;

    public SharedLineTests()
    {
        ledger = Ledger.Open(folder, _ => { }, new ServiceCondition(), time, NullLogger.Instance);
        line = new SharedLine(["north", "south"], ledger, time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        ledger.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task It_is_free_where_nothing_is_urgent()
    {
        Queue("north", Priority.Normal);

        await line.WaitAsync(Priority.Bulk, Cancellation);
    }

    [Fact]
    public async Task A_message_waits_until_the_emergency_for_another_partner_is_done_and_an_emergency_does_not()
    {
        var emergency = Queue("north", Priority.Emergency);

        var waiting = line.WaitAsync(Priority.Normal, Cancellation);
        await line.WaitAsync(Priority.Emergency, Cancellation);
        Assert.False(waiting.IsCompleted);

        ledger.Record(new LedgerEvent.Finished(emergency, null));
        await waiting;
    }

    [Fact]
    public async Task An_emergency_that_has_to_wait_itself_keeps_nobody_waiting()
    {
        var emergency = Queue("north", Priority.Emergency);
        ledger.Record(new LedgerEvent.Postponed(emergency, 1, time.GetUtcNow().AddMinutes(1), "its servers are away"));

        await line.WaitAsync(Priority.Normal, Cancellation);
    }

    [Fact]
    public async Task An_emergency_for_the_PACS_needs_another_line()
    {
        Queue("pacs", Priority.Emergency);

        await line.WaitAsync(Priority.Normal, Cancellation);
    }

    private long Queue(string target, Priority priority) =>
        ledger.Record(new LedgerEvent.Queued(target, priority, DeliveryKind.Study, "1.2.3", ["00/1.dicom"])).Number;
}
