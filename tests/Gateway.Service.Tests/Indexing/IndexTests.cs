using System.Data.Common;
using CsCheck;
using Gateway.Service.Backups;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Indexing;

/// <summary>What the index promises, on SQLite.</summary>
public sealed class SqliteIndexTests : IndexTests, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("index-").FullName;

    public SqliteIndexTests() => Dialect = new Dialect.Sqlite(Path.Combine(folder, "index.db"));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

/// <summary>The same on MariaDB; and that both hold the same.</summary>
[Collection(MariaDbCollection.Name)]
public sealed class MariaDbIndexTests : IndexTests
{
    public MariaDbIndexTests(GatewayDatabase server)
    {
        server.SkipWhereMissing();
        Dialect = server.Dialect;
    }

    [Fact]
    public async Task Both_databases_hold_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("index-").FullName;
        var lines = LedgerLines.Numbered(LedgerLines.Events(400).Where(events => events.Length > 100).Single());
        await using var maria = await EmptyAsync();
        await WriteAsync(maria, lines, 50);
        var sqlite = new Dialect.Sqlite(Path.Combine(folder, "index.db"));
        await using var lite = await sqlite.OpenAsync(Cancellation);
        await IndexRebuild.EmptyAsync(lite, sqlite, TimeProvider.System, Cancellation);
        await new IndexWriter(sqlite, LedgerLines.HeaderOf).ApplyAsync(lite, lines, Cancellation);

        Assert.Equal(await Tables.DumpAsync(lite), await Tables.DumpAsync(maria));
        await lite.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }
}

public abstract class IndexTests
{
    internal Dialect Dialect { get; init; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Lines_make_the_same_tables_however_many_are_taken_at_once_and_change_nothing_when_they_come_again() =>
        LedgerLines.Events(60).Select(LedgerLines.Numbered).SampleAsync(
            async lines =>
            {
                if (lines.Count == 0)
                    return;
                await using var connection = await EmptyAsync();
                await WriteAsync(connection, lines, lines.Count);
                var together = await Tables.DumpAsync(connection);
                await WriteAsync(connection, lines, 7);
                Assert.Equal(together, await Tables.DumpAsync(connection));
                await IndexRebuild.EmptyAsync(connection, Dialect, TimeProvider.System, Cancellation);
                await WriteAsync(connection, lines, 1);
                Assert.Equal(together, await Tables.DumpAsync(connection));
            },
            iter: 15, threads: 1);

    [Fact]
    public async Task A_copy_for_the_backup_holds_the_same()
    {
        await using var connection = await EmptyAsync();
        await WriteAsync(connection, LedgerLines.Numbered(LedgerLines.Events(300).Where(events => events.Length > 100).Single()), 50);
        var folder = Directory.CreateTempSubdirectory("index-copy-").FullName;
        var file = Path.Combine(folder, "copy.db");
        await IndexCopy.TakeAsync(Dialect, file, TimeProvider.System, Cancellation);
        await using (var copy = await new Dialect.Sqlite(file).OpenAsync(Cancellation))
            Assert.Equal(await Tables.DumpAsync(connection), await Tables.DumpAsync(copy));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_batch_that_fails_leaves_nothing_behind()
    {
        await using var connection = await EmptyAsync();
        var writer = new IndexWriter(Dialect, name => name == "00/2" ? throw new IOException("the disk failed") : LedgerLines.HeaderOf(name));
        var lines = LedgerLines.Numbered(Enumerable.Range(0, 3).Select(number => Received($"00/{number}", "1.2")));
        var before = await Tables.DumpAsync(connection);

        await Assert.ThrowsAsync<IOException>(() => writer.ApplyAsync(connection, lines, Cancellation));

        Assert.Equal(before, await Tables.DumpAsync(connection));
    }

    [Fact]
    public async Task A_delivery_goes_from_queued_to_stored_or_dead_with_the_proof_of_each_instance()
    {
        await using var connection = await EmptyAsync();
        await WriteAsync(connection, LedgerLines.Numbered([
            Received("00/1", "1.2"), Received("00/2", "1.2"), Received("00/3", "1.2"),
            new LedgerEvent.Queued("pacs", Priority.Emergency, DeliveryKind.Study, "1.2", ["00/1", "00/2"]),
            new LedgerEvent.Queued("pacs", Priority.Bulk, DeliveryKind.Series, "1.2", ["00/3"]),
            new LedgerEvent.Stored(4, "00/1", "B000"),
            new LedgerEvent.Postponed(4, 1, LedgerLines.Start, "away"),
            new LedgerEvent.Refused(4, "00/2", "A900", "no match"),
            new LedgerEvent.Finished(4, null),
            new LedgerEvent.Finished(5, "the end of time"),
        ]), 100);

        var dump = await Tables.DumpAsync(connection);
        Assert.Contains("delivery: id=4 | study_uid=1.2 | target=pacs | priority=emergency | kind=study | state=dead | attempts=1 | reason=", dump);
        Assert.Contains("delivery: id=5 | study_uid=1.2 | target=pacs | priority=bulk | kind=series | state=dead | attempts=0 | reason=the end of time", dump);
        Assert.Contains("delivery=4 | name=00/1 | state=stored | proof=B000", dump);
        Assert.Contains("delivery=4 | name=00/2 | state=dead | proof=A900 no match", dump);
        Assert.Contains("delivery=5 | name=00/3 | state=dead | proof=the end of time", dump);
        Assert.Contains("progress: id=1 | line=10", dump);
    }

    [Fact]
    public async Task A_study_has_the_sum_of_its_images_and_the_modalities_of_all_of_them()
    {
        await FillAsync(new() { Modality = "CT" }, new() { Modality = "SR" }, new() { Modality = "CT" }, new() { Modality = "" }, new() { Modality = "R" });

        var study = Assert.Single(await new StudyList(Dialect).NewestAsync(10, null, Cancellation));

        Assert.Equal(@"CT\SR\R", study.Modalities);
        Assert.Equal((5, 500), (study.Instances, study.Bytes));
        Assert.Equal(LedgerLines.Start.AddMilliseconds(4 * 37).ToUnixTimeMilliseconds(), study.LastAt);
    }

    [Fact]
    public async Task Studies_come_newest_first_page_by_page()
    {
        await FillAsync([.. Enumerable.Range(0, 7).Select(number => new Header { Study = $"1.{number}" }), new Header { Study = "1.2" }]);
        var list = new StudyList(Dialect);

        var first = await list.NewestAsync(3, null, Cancellation);
        var second = await list.NewestAsync(3, first[^1], Cancellation);

        Assert.Equal(["1.2", "1.6", "1.5"], first.Select(study => study.StudyUid));
        Assert.Equal(["1.4", "1.3", "1.1"], second.Select(study => study.StudyUid));
    }

    [Fact]
    public async Task Pages_skip_no_study_and_repeat_none_where_several_ended_in_the_same_millisecond()
    {
        await using var connection = await EmptyAsync();
        await WriteAsync(connection, [.. LedgerLines.Numbered(Enumerable.Range(0, 7).Select(number => Received($"00/{number}", $"1.{number}"))).Select(line => line with { At = LedgerLines.Start.AddTicks(line.Number) })], 10);
        var list = new StudyList(Dialect);
        var (seen, page) = (new List<string>(), await list.NewestAsync(2, null, Cancellation));

        while (page.Count > 0)
        {
            seen.AddRange(page.Select(study => study.StudyUid));
            page = await list.NewestAsync(2, page[^1], Cancellation);
        }

        Assert.Equal(["1.6", "1.5", "1.4", "1.3", "1.2", "1.1", "1.0"], seen);
    }

    [Theory]
    [InlineData("yamada", "1")]
    [InlineData("山田", "1")]
    [InlineData("やまだ", "1")]
    [InlineData("金", "2")]
    [InlineData("太郎", "")]
    [InlineData("=", "12")]
    public async Task A_name_is_found_by_each_of_its_component_groups(string prefix, string found)
    {
        await FillAsync(new() { Study = "1", PatientName = "Yamada^Tarou=山田^太郎=やまだ^たろう" }, new() { Study = "2", PatientName = "Hong^Gildong=金^吉洞" });

        var studies = await new StudyList(Dialect).ByNameAsync(prefix, 10, Cancellation);

        Assert.Equal(found, string.Concat(studies.Select(study => study.StudyUid).Order()));
    }

    [Fact]
    public async Task A_patient_is_found_by_the_whole_id_and_by_no_other()
    {
        await FillAsync(new() { Study = "1.1", PatientId = "4711" }, new() { Study = "1.2", PatientId = "47110" }, new() { Study = "1.3", PatientId = "47%" }, new() { Study = "1.4", PatientId = "" });
        var list = new StudyList(Dialect);

        Assert.Equal(["1.1"], await OfPatientAsync("4711"));
        Assert.Equal(["1.3"], await OfPatientAsync("47%"));
        Assert.Empty(await OfPatientAsync("47"));
        Assert.Empty(await OfPatientAsync("4711' OR '1'='1"));

        async Task<IEnumerable<string>> OfPatientAsync(string id) => (await list.OfPatientAsync(id, 10, Cancellation)).Select(study => study.StudyUid);
    }

    [Theory]
    [InlineData("mül", "1")]
    [InlineData("MÜLLER^", "1")]
    [InlineData("Müller^Änne", "1")]
    [InlineData("Mul", "")]
    [InlineData("Mu", "2,3")]
    [InlineData("Mu%", "3")]
    [InlineData("M_", "")]
    [InlineData("%", "4")]
    [InlineData("_", "5")]
    [InlineData("'", "6")]
    [InlineData("yamada", "7")]
    [InlineData("山", "7,8")]
    [InlineData("𠮷", "9")]
    [InlineData("", "1,2,3,4,5,6,7,8,9")]
    public async Task A_name_is_found_by_how_it_begins_whatever_its_case_and_characters(string prefix, string found)
    {
        string[] names =
        [
            "Müller^Änne", "Munch^E", "MU%^X", "%^X", "_^X", "'^X", "Yamada^Tarou=山田^太郎=やまだ^たろう", "山𠮷^太郎", "𠮷田^太郎",
        ];
        await FillAsync([.. names.Select((name, index) => new Header { Study = $"{index + 1}", PatientName = name })]);

        var studies = await new StudyList(Dialect).ByNameAsync(prefix, 20, Cancellation);

        Assert.Equal(found, string.Join(',', studies.Select(study => study.StudyUid).Order(StringComparer.Ordinal)));
        Assert.All(studies, study => Assert.Equal(names[int.Parse(study.StudyUid) - 1], study.PatientName));
    }

    [Fact]
    public async Task Values_of_any_length_and_of_any_characters_stop_nothing()
    {
        var text = string.Concat(Enumerable.Repeat("Ü𠮷", 5000));
        var header = new Header
        {
            Study = "1.2", PatientId = new string('7', 300), PatientName = text, Description = text, Modality = text, Accession = text, Date = text, Time = "ÄÖ\uFFFD", Calling = "ÄÖ\uFFFD",
        };

        await FillAsync(header, header with { PatientId = text }, header with { Study = "1.3", Modality = "MR" }, header with { Study = "1.3" });

        await using var connection = await Dialect.OpenAsync(Cancellation);
        await WriteAsync(connection, [.. LedgerLines.Numbered([
            new LedgerEvent.Queued(text, Priority.Normal, DeliveryKind.Study, "1.2", ["00/0", "00/1"]), new LedgerEvent.Postponed(5, 1, LedgerLines.Start, text),
            new LedgerEvent.Refused(5, "00/0", null, text), new LedgerEvent.Finished(5, text)]).Select(line => line with { Number = line.Number + 4 })], 10);
        var studies = await new StudyList(Dialect).NewestAsync(10, null, Cancellation);
        Assert.Equal(["1.3", "1.2"], studies.Select(study => study.StudyUid));
        Assert.All(studies, study => Assert.StartsWith("Ü𠮷Ü𠮷", study.PatientName));
        Assert.All(studies, study => Assert.DoesNotContain('\uFFFD', study.PatientName + study.Description + study.PatientId));
        Assert.Contains("state=dead | proof=Ü𠮷", await Tables.DumpAsync(Dialect));
        Assert.Equal(8, await IndexWriter.ProgressAsync(connection));
        Assert.NotEmpty(await new StudyList(Dialect).ByNameAsync(text, 10, Cancellation));
        Assert.Single(await new StudyList(Dialect).OfPatientAsync(text, 10, Cancellation));
    }

    internal async Task<DbConnection> EmptyAsync()
    {
        var connection = await Dialect.OpenAsync(Cancellation);
        await IndexRebuild.EmptyAsync(connection, Dialect, TimeProvider.System, Cancellation);
        return connection;
    }

    internal async Task WriteAsync(DbConnection connection, IReadOnlyList<LedgerLine> lines, int batch)
    {
        var writer = new IndexWriter(Dialect, LedgerLines.HeaderOf);
        foreach (var some in lines.Chunk(batch))
            await writer.ApplyAsync(connection, some, Cancellation);
    }

    private static LedgerEvent.Received Received(string name, string study) => new(name, study, $"{study}.1", "PACS", "DICOMMAIL", 100, []);

    private async Task FillAsync(params Header[] headers)
    {
        await using var connection = await EmptyAsync();
        var writer = new IndexWriter(Dialect, name => headers[int.Parse(name[3..])].ToInstance());
        var lines = LedgerLines.Numbered(headers.Select((header, index) => Received($"00/{index}", header.Study) with { Calling = header.Calling }));
        await writer.ApplyAsync(connection, lines, Cancellation);
    }

    private sealed record Header
    {
        public string Study { get; init; } = "1.2.3";

        public string PatientId { get; init; } = "";

        public string PatientName { get; init; } = "";

        public string Description { get; init; } = "";

        public string Modality { get; init; } = "CT";

        public string Accession { get; init; } = "";

        public string Date { get; init; } = "";

        public string Time { get; init; } = "";

        public string Calling { get; init; } = "PACS";

        public InstanceHeader ToInstance() => new("1.2.3.4", "1.2", "1.2", new ImageAttributes
        {
            Study = Study, Series = Study, PatientId = PatientId, PatientName = PatientName, StudyDescription = Description, Modality = Modality, Accession = Accession, StudyDate = Date,
            StudyTime = Time,
        });
    }
}
