using Dapper;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Service.Tests.Indexing;

/// <summary>The index beside a spool with real objects, on SQLite.</summary>
public sealed class SqliteIndexerTests : IndexerTests
{
    internal override Dialect Dialect => new Dialect.Sqlite(Path.Combine(Root, "index.db"));
}

/// <summary>The same on MariaDB.</summary>
[Collection(MariaDbCollection.Name)]
public sealed class MariaDbIndexerTests : IndexerTests
{
    private readonly GatewayDatabase server;

    public MariaDbIndexerTests(GatewayDatabase server)
    {
        server.SkipWhereMissing();
        this.server = server;
    }

    internal override Dialect Dialect => server.Dialect;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_table_that_is_gone_from_the_server_or_whose_file_is_gone_is_made_anew(bool fileOnly)
    {
        using var core = await EmptyAsync();
        core.Receive(new Image("1"));
        await using (Run(core))
            await UntilAsync(core, 1);
        if (fileOnly)
        {
            await server.StopAsync();
            File.Delete(server.FileOf("study.ibd"));
            await server.StartAsync();
        }
        else
        {
            await using var connection = await Dialect.OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync("DROP TABLE study");
        }

        core.Receive(new Image("2"));

        await using (Run(core))
            await UntilAsync(core, 2);
    }
}

public abstract class IndexerTests : IAsyncDisposable
{
    internal abstract Dialect Dialect { get; }

    protected string Root { get; } = Directory.CreateTempSubdirectory("indexer-").FullName;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_index_that_is_made_anew_is_the_one_that_was_there()
    {
        using var core = await EmptyAsync();
        await using (Run(core))
        {
            for (var number = 1; number <= 20; number++)
            {
                var name = core.Receive(Various(number));
                if (number % 4 != 0)
                    continue;
                var delivery = core.Queue("pacs", Priority.Normal, name);
                core.Ledger.Record(new LedgerEvent.Stored(delivery, name.ToString(), "0000"));
                core.Ledger.Record(new LedgerEvent.Finished(delivery, null));
                await UntilAsync(core);
            }

            await UntilAsync(core);
        }

        var before = await Tables.DumpAsync(Dialect);
        await using (var connection = await Dialect.OpenAsync(CancellationToken.None))
        {
            foreach (var table in Migrations.Tables)
                await connection.ExecuteAsync($"DROP TABLE {table}");
        }

        await using (Run(core))
            await UntilAsync(core);

        Assert.Equal(before, await Tables.DumpAsync(Dialect));
        Assert.Equal(21, before.Split("\ninstance: ").Length);
    }

    [Fact]
    public async Task What_was_removed_leaves_nothing_of_its_patient_in_the_index()
    {
        using var core = await EmptyAsync();
        var names = Enumerable.Range(1, 3).Select(number => core.Receive(Various(number))).ToList();
        await using (Run(core))
        {
            await UntilAsync(core);
            core.Ledger.Record(new LedgerEvent.Removed(names[0].ToString(), "delivered"));
            core.Spool.Remove(names[0]);
            await UntilAsync(core);
        }

        var left = await Tables.DumpAsync(Dialect);
        Assert.DoesNotContain(names[0].ToString(), left);
        Assert.Contains(names[1].ToString(), left);
        Assert.Contains(names[2].ToString(), left);
    }

    [Fact]
    public async Task The_index_never_has_a_line_that_is_not_on_the_device()
    {
        using var core = await EmptyAsync();
        var condition = new IndexCondition();
        var (flushed, ahead) = (0L, 0L);
        core.Ledger.File.Passing = moment =>
        {
            if (moment == Moment.LinesWritten && condition.Line > Interlocked.Read(ref flushed))
                Interlocked.Increment(ref ahead);
            else if (moment == Moment.LinesFlushed)
                Interlocked.Exchange(ref flushed, LedgerReader.Lines(Directory.GetFiles(core.Spool.LedgerFolder).Single()).Last().Line!.Number);
        };
        await using (Run(core, condition: condition))
        {
            for (var number = 1; condition.Line < 300; number++)
            {
                core.Ledger.Record(new LedgerEvent.Quarantined($"{number}", "x", null));
                await Task.Delay(2, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(0, ahead);
    }

    [Fact]
    public async Task Headers_of_any_length_stop_nothing()
    {
        using var core = await EmptyAsync();
        core.Receive(new Image("1") { Description = new string('D', 10_000), PatientId = new string('7', 300), PatientName = new string('Ü', 1500), Modality = new string('M', 600) });
        core.Receive(new Image("2") { Description = string.Concat(Enumerable.Repeat("𠮷", 1000)), PatientId = "8", StudyDate = "Ä".PadRight(200) });

        await using (Run(core))
            await UntilAsync(core, 2);

        var study = Assert.Single(await new StudyList(Dialect).NewestAsync(10, null, CancellationToken.None));
        Assert.Equal(("8", 512), (study.PatientId, study.Description.Length));
    }

    [Fact]
    public async Task An_index_of_another_ledger_is_made_anew()
    {
        using (var other = await EmptyAsync("other"))
        {
            for (var number = 1; number <= 5; number++)
                other.Receive(new Image($"{number}") { Study = "1.9.9" });
            await using (Run(other))
                await UntilAsync(other);
        }

        using var core = Core.Open(Directory.CreateDirectory(Path.Combine(Root, "spool")).FullName, TimeProvider.System);
        core.Receive(new Image("7"));
        await using (Run(core))
            await UntilAsync(core, 1);

        Assert.DoesNotContain("1.9.9", await Tables.DumpAsync(Dialect));
    }

    internal async Task<Core> EmptyAsync(string folder = "spool")
    {
        var core = Core.Open(Directory.CreateDirectory(Path.Combine(Root, folder)).FullName, TimeProvider.System);
        await using var connection = await Dialect.OpenAsync(CancellationToken.None);
        await IndexRebuild.EmptyAsync(connection, Dialect, TimeProvider.System, CancellationToken.None);
        return core;
    }

    internal IAsyncDisposable Run(Core core, IndexRebuild? rebuild = null, IndexCondition? condition = null) => new Running(new Indexer(
        Dialect, core.Ledger, core.Headers, condition ?? new IndexCondition(), rebuild ?? new IndexRebuild(), TimeProvider.System, NullLogger<Indexer>.Instance));

    /// <summary>Waits until the index has all that the ledger has, and so many instances.</summary>
    internal async Task UntilAsync(Core core, long? instances = null)
    {
        await core.Ledger.FlushAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    await using var connection = await Dialect.OpenAsync(CancellationToken.None);
                    return await IndexWriter.ProgressAsync(connection) == core.Ledger.File.WrittenTo
                        && (instances is null || await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM instance") == instances);
                }
                catch (System.Data.Common.DbException)
                {
                    return false; // not made yet
                }
            },
            60);
    }

    private static Image Various(int number) => new($"{number}")
    {
        Study = $"1.2.{number % 3}", Series = $"1.2.{number % 3}.{number % 2}", Modality = number % 5 == 0 ? "SR" : "CT", PatientName = $"Müller{number % 3}^Ä=山田", PatientId = $"P{number % 3}",
        Description = "Schädel", StudyDate = "20261124",
    };

    private sealed class Running : IAsyncDisposable
    {
        private readonly Indexer indexer;

        public Running(Indexer indexer)
        {
            this.indexer = indexer;
            _ = indexer.StartAsync(CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await indexer.StopAsync(CancellationToken.None);
            indexer.Dispose();
        }
    }
}
