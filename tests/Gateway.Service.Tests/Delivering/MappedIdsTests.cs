using Gateway.Dicom.DataSets;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Delivering;
using Gateway.Service.Ledgers;
using Gateway.Service.Routing;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Delivering;

/// <summary>Ids that are mapped by a table on the way to storescp.</summary>
public sealed class MappedIdsTests : IDisposable
{
    private const string Id = "P-4711";

    private static readonly Tag PatientId = new(0x0010, 0x0020);

    private readonly string folder = Directory.CreateTempSubdirectory("mapped-").FullName;
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow + TimeSpan.FromHours(1)); // every file has settled
    private readonly Core core;

    public MappedIdsTests() => core = Core.Open(Path.Combine(folder, "spool"), clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Table => Path.Combine(folder, "patients.csv");

    public void Dispose()
    {
        core.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_id_of_the_table_is_mapped_in_the_copy_which_says_what_it_was_and_the_original_stays()
    {
        await using var target = await TargetAsync();
        await File.WriteAllTextAsync(Table, $"from,to\n{Id},H-1\n", Cancellation);
        var image = new Image("1") { PatientId = Id };
        var name = core.Receive(image);

        Assert.IsType<DeliveryAttempt.Done>(await DeliverAsync(target, new IdRule("", "HOUSE B", "", "", Table), name));

        var sent = Sent(target);
        Assert.Equal(("H-1", "HOUSE B"), (sent.Text(PatientId), sent.Text(new Tag(0x0010, 0x0021))));
        var original = Assert.Single(sent.Items(new Tag(0x0400, 0x0561)));
        Assert.Equal(Id, Assert.Single(original.Items(new Tag(0x0400, 0x0550))).Text(PatientId));
        Assert.Equal(image.ToDataSet(), (await File.ReadAllBytesAsync(core.Spool.PathOf(name), Cancellation))[^image.ToDataSet().Length..]);
    }

    [Fact]
    public async Task An_id_that_the_table_lacks_is_a_dead_letter_that_names_the_table_and_not_the_id_until_the_table_has_it()
    {
        await using var target = await TargetAsync();
        await File.WriteAllTextAsync(Table, "from;to\nP-1;H-1\n", Cancellation);
        var name = core.Receive(new Image("1") { PatientId = Id });
        var rule = new IdRule("X-", "", "", "", Table);
        var tables = TablesOf(rule);

        Assert.IsType<DeliveryAttempt.Done>(await DeliverAsync(target, rule, name, tables));

        var letter = Assert.Single(core.Ledger.Ask(book => book.DeadLetters.ToList()));
        Assert.Equal("(0010,0020) cannot be coerced: its value is not in the table patients.csv.", letter.Reason);
        Assert.Empty(Directory.GetFiles(target.Folder));

        await File.WriteAllTextAsync(Table, $"from;to\nP-1;H-1\n{Id};H-2\n", Cancellation);
        await DeliverAsync(target, rule, name, tables);
        Assert.Equal("H-2", Sent(target).Text(PatientId));
    }

    [Theory]
    [InlineData(Id, "X-P-4711")]
    [InlineData("P-1", "H-1")]
    [InlineData("", null)]
    public async Task An_id_that_the_table_lacks_goes_with_the_prefix_where_that_is_allowed_and_none_stays_none(string id, string? sent)
    {
        await using var target = await TargetAsync();
        await File.WriteAllTextAsync(Table, "from,to\nP-1,H-1\n", Cancellation);

        await DeliverAsync(target, new IdRule("X-", "", "", "", Table, PassesUnmapped: true), core.Receive(new Image("1") { PatientId = id }));

        Assert.Equal(sent ?? "", Sent(target).Text(PatientId) ?? "");
    }

    [Fact]
    public async Task A_table_that_is_wrong_keeps_images_waiting_and_one_that_becomes_wrong_leaves_the_last_good_one_in_force()
    {
        await using var target = await TargetAsync();
        var rule = new IdRule("", "", "", "", Table);
        var tables = TablesOf(rule);
        var name = core.Receive(new Image("1") { PatientId = Id });

        var failed = Assert.IsType<DeliveryAttempt.Failed>(await DeliverAsync(target, rule, name, tables));
        Assert.StartsWith("GW8014 the table of ids patients.csv cannot be used: the file cannot be read", failed.Reason, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Table, $"from,to\n{Id}\n", Cancellation);
        failed = Assert.IsType<DeliveryAttempt.Failed>(await DeliverAsync(target, rule, name, tables));
        Assert.Equal("GW8014 the table of ids patients.csv cannot be used: line 2: 1 fields where two are needed", failed.Reason);
        Assert.Empty(Directory.GetFiles(target.Folder));

        await File.WriteAllTextAsync(Table, $"from,to\n{Id},H-1\n", Cancellation);
        Assert.Empty(tables.Wrong());
        await File.WriteAllTextAsync(Table, $"from,to\n{Id},H-1,\n", Cancellation);
        Assert.Equal(("pacs", "patients.csv", 2), tables.Wrong().Select(wrong => (wrong.Target, wrong.File, wrong.First.Line)).Single());
        File.Delete(Table);
        Assert.Equal(0, Assert.Single(tables.Wrong()).First.Line);
        Assert.IsType<DeliveryAttempt.Done>(await DeliverAsync(target, rule, name, tables));
        Assert.Equal("H-1", Sent(target).Text(PatientId));
    }

    [Fact]
    public async Task A_table_that_is_being_written_waits_a_moment()
    {
        await File.WriteAllTextAsync(Table, $"from,to\n{Id},H-1\n", Cancellation);
        var tables = TablesOf(new IdRule("", "", "", "", Table));
        Assert.Single(tables.Of(Table).Ids);

        await File.WriteAllTextAsync(Table, "from,to\n", Cancellation);
        File.SetLastWriteTimeUtc(Table, clock.GetUtcNow().UtcDateTime);
        Assert.Single(tables.Of(Table).Ids);

        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(tables.Of(Table).Ids);
    }

    private static async Task<StoreScp> TargetAsync()
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("storescp"), "DCMTK is not installed");
        return await StoreScp.StartAsync(Cancellation, "-B", "-uf");
    }

    private IdTables TablesOf(IdRule rule) => new([new DicomTarget("pacs", AeTitle.Parse("TARGET"), null!, rule)], clock, NullLogger<IdTables>.Instance);

    private async Task<DeliveryAttempt> DeliverAsync(StoreScp target, IdRule rule, SpoolName name, IdTables? tables = null)
    {
        var deliverer = new DicomDeliverer(
            new DicomTarget("pacs", AeTitle.Parse("TARGET"), target.EndPoint, rule), AeTitle.Parse("DICOMMAIL"), core.Spool, core.Ledger, tables ?? TablesOf(rule), clock);
        var delivery = core.Queue("pacs", Priority.Normal, name);
        return await deliverer.DeliverAsync(core.Ledger.Ask(book => book.Find(delivery)!), () => false, Cancellation);
    }

    private static DataSet Sent(StoreScp target)
    {
        using var file = File.OpenRead(Assert.Single(Directory.GetFiles(target.Folder)));
        var meta = Part10Header.Read(file).Meta;
        return DataSetReader.Load(file, meta.TransferSyntax, DataSetLimits.Default, Cancellation);
    }
}
