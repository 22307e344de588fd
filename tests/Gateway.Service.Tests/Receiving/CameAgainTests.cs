using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

/// <summary>An image that the spool has and that comes again: for whom it is new it goes to, and to nobody twice.</summary>
public sealed class CameAgainTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("again-").FullName;
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_waits_for_an_archive_and_comes_again_as_an_emergency_overtakes_and_what_was_delivered_does_not()
    {
        var image = new Image("1");
        SpoolName name;
        using (var core = Core.Open(folder, clock, "pacs"))
        {
            name = core.Receive(image, "BULK");
            core.Receive(image, "BULK");
            core.Receive(image, "DICOMMAIL");
            Assert.Equal([Priority.Normal, Priority.Bulk], Open(core));
            core.Receive(image, "EMERGENCY");
            core.Receive(image, "EMERGENCY");
            Assert.Equal([Priority.Emergency, Priority.Normal, Priority.Bulk], Open(core));
            Assert.Equal(2, (await core.EventsAsync()).OfType<LedgerEvent.CameAgain>().Count());
        }

        // A start knows as much.
        using var next = await Core.StartedAsync(folder, clock, "pacs");
        Assert.Equal([Priority.Emergency, Priority.Normal, Priority.Bulk], Open(next));
        foreach (var priority in Open(next))
        {
            var delivery = next.Queue("pacs", priority, name);
            next.Ledger.Record(new LedgerEvent.Stored(delivery, name.ToString(), "0000"));
            next.Ledger.Record(new LedgerEvent.Finished(delivery, null));
        }

        Assert.False(next.Ledger.Ask(book => book.IsOwed(name.ToString())));
        next.Receive(image, "EMERGENCY");
        Assert.False(next.Ledger.Ask(book => book.IsOwed(name.ToString())));
    }

    [Fact]
    public async Task What_went_nowhere_goes_where_a_route_sends_it_by_now_and_what_was_removed_is_new()
    {
        var image = new Image("1");
        using (var core = Core.Open(folder, clock))
        {
            var name = core.Receive(image).ToString();
            Assert.True(core.Ledger.Ask(book => book.IsHomeless(name)));
        }

        using var next = await Core.StartedAsync(folder, clock, "pacs", "archive");
        var again = next.Receive(image).ToString();
        Assert.False(next.Ledger.Ask(book => book.IsHomeless(again)));
        Assert.Equal(["archive", "pacs"], next.Ledger.Ask(book => book.Studies.Select(study => study.Key.Target).Order().ToList()));
        Assert.True(next.Ledger.Ask(book => book.IsOwed(again)));

        next.Ledger.Record(new LedgerEvent.Removed(again, "longest time"));
        Assert.Null(next.Ledger.Ask(book => book.StillWanted(again, [new Destination("pacs", Priority.Normal, "all")]).SingleOrDefault(to => to.Target != "pacs")));
        Assert.Single(next.Ledger.Ask(book => book.StillWanted(again, [new Destination("pacs", Priority.Normal, "all")])));
    }

    [Fact]
    public void An_object_that_was_only_shown_to_be_compared_is_not_put_into_place_by_a_start()
    {
        using (var spool = Spool.Open(folder, out _))
        {
            var received = spool.Begin(new Image("1").Meta); // not disposed: the service was killed
            received.Append(new Image("1").ToDataSet());
            received.Show();
            received.Finish();
        }

        using var next = Spool.Open(folder, out var leftovers);
        Assert.Equal(1, leftovers);
        Assert.Empty(next.ByAge());
    }

    private static List<Priority> Open(Core core) => core.Ledger.Ask(book => book.Studies.Select(study => study.Key.Priority).Order().ToList());
}
