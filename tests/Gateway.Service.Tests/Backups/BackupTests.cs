using Gateway.Service.Backups;
using Gateway.Service.Startup;
using Gateway.Service.Tests.Running;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Service.Tests.Backups;

public sealed class BackupTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gateway-backup-").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 24, 2, 30, 0, TimeSpan.Zero));

    public BackupTests()
    {
        foreach (var folder in new[] { "D/VISUS/config", "D/VISUS/data", "D/VISUS/logs", "E/VISUS/images", "E/backup", "E/other" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        File.WriteAllText(PathOf("D/VISUS/config/gateway.json"), SampleConfiguration.Text);
        Directory.CreateDirectory(PathOf("E/VISUS/images/ledger"));
        File.WriteAllText(PathOf("E/VISUS/images/ledger/ledger-000000000001.jsonl"), "a line\n");
        using var ledger = new SqliteConnection($"Data Source={PathOf("D/VISUS/data/index.db")};Pooling=False");
        ledger.Open();
        using var command = ledger.CreateCommand();
        command.CommandText = "CREATE TABLE instances (id INTEGER); INSERT INTO instances VALUES (7)";
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_backup_holds_the_configuration_the_ledger_and_the_index_and_its_digests_agree()
    {
        Assert.Equal(ExitCodes.Success, Run());
        var backup = Assert.Single(Backups());
        Assert.Equal("20261124T023000Z", Path.GetFileName(backup));
        Assert.True(BackupFolder.IsGood(backup));
        Assert.Equal(SampleConfiguration.Text, File.ReadAllText(Path.Combine(backup, "gateway.json")));
        Assert.Equal("a line\n", File.ReadAllText(Path.Combine(backup, "ledger-000000000001.jsonl")));
        using var copy = new SqliteConnection($"Data Source={Path.Combine(backup, "index.db")};Mode=ReadOnly;Pooling=False");
        copy.Open();
        using var query = copy.CreateCommand();
        query.CommandText = "SELECT id FROM instances";
        Assert.Equal(7L, query.ExecuteScalar());
    }

    [Fact]
    public void A_damaged_backup_is_not_good()
    {
        Run();
        File.AppendAllText(Path.Combine(Backups()[0], "gateway.json"), " ");
        Assert.False(BackupFolder.IsGood(Backups()[0]));
    }

    [Fact]
    public void Backups_are_kept_for_their_days_and_foreign_folders_for_ever()
    {
        Directory.CreateDirectory(PathOf("E/backup/theirs"));
        for (var night = 0; night < 9; night++)
        {
            Assert.Equal(ExitCodes.Success, Run());
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(["20261127T023000Z", "20261128T023000Z", "20261129T023000Z", "20261130T023000Z", "20261201T023000Z", "20261202T023000Z", "theirs"], Backups().Select(Path.GetFileName));
    }

    [Fact]
    public void The_last_good_backup_survives_any_age()
    {
        Run();
        clock.Advance(TimeSpan.FromDays(1));
        Run();
        var (good, damaged) = (Backups()[0], Backups()[1]);
        File.Delete(Path.Combine(damaged, "index.db"));
        clock.Advance(TimeSpan.FromDays(30));
        new BackupFolder(PathOf("E/backup"), clock).Prune(5);
        Assert.Equal([good], Backups());
    }

    [Fact]
    public void What_an_interrupted_backup_left_is_removed_by_the_next_one()
    {
        Directory.CreateDirectory(PathOf("E/backup/20261123T023000Z.new"));
        Run();
        Assert.Equal(["20261124T023000Z"], Backups().Select(Path.GetFileName));
    }

    [Fact]
    public void A_copy_lies_on_the_other_storage_and_is_good_there()
    {
        Assert.Equal(ExitCodes.Success, Run(copyTo: PathOf("E/other")));
        Assert.True(BackupFolder.IsGood(Assert.Single(Directory.GetDirectories(PathOf("E/other")))));
    }

    [Fact]
    public void Another_storage_that_is_not_there_fails_the_run_and_removes_nothing()
    {
        Run();
        clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(ExitCodes.InputOutput, Run(copyTo: "/dev/null/nowhere"));
        Assert.Equal(2, Backups().Count);
    }

    [Theory]
    [InlineData("--config a --to b")]
    [InlineData("--config a --to b --keep-days 0")]
    [InlineData("--config a --to b --keep-days 5 --copy-to")]
    [InlineData("--config a --config a --keep-days 5")]
    public void Wrong_usage_is_named(string arguments) =>
        Assert.IsType<CommandLine.WrongUsage>(CommandLine.Parse(["backup", .. arguments.Split(' ')]));

    private string PathOf(string relative) => Path.Combine(root, relative);

    private List<string> Backups() => [.. Directory.GetDirectories(PathOf("E/backup")).Order(StringComparer.Ordinal)];

    // As the scheduled task's action says it, with Windows' paths.
    private int Run(string? copyTo = null)
    {
        List<string> arguments = ["backup", "--config", @"D:\VISUS\config\gateway.json", "--to", @"E:\backup", "--keep-days", "5", "--drives", root];
        if (copyTo is not null)
            arguments.AddRange(["--copy-to", copyTo]);
        return BackupRun.Execute(Assert.IsType<CommandLine.Backup>(CommandLine.Parse(arguments)), clock);
    }
}
