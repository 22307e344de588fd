using Dapper;
using Gateway.DicomMail.OpenPgp;
using Gateway.Service.Backups;
using Gateway.Service.Health;
using Gateway.Service.Indexing;
using Gateway.Service.Ledgers;
using Gateway.Service.Spooling;
using Gateway.Service.Startup;
using Gateway.Service.Tests.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Service.Tests.Backups;

public sealed class BackupTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gateway-backup-").FullName;
    private readonly JumpingClock clock = new(new DateTimeOffset(2026, 11, 24, 2, 30, 0, TimeSpan.Zero));

    public BackupTests()
    {
        foreach (var folder in new[] { "D/VISUS/config", "D/VISUS/data", "D/VISUS/logs", "D/VISUS/state", "E/VISUS/images", "E/backup", "E/other" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        File.WriteAllText(PathOf("D/VISUS/config/gateway.json"), SampleConfiguration.Text);
        File.WriteAllText(PathOf("D/VISUS/state/appliance.json"), "{}");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_backup_holds_the_configuration_the_ledger_the_index_and_the_state_of_provisioning_and_was_restored_for_a_try()
    {
        await ReceiveAsync(3);
        Assert.Equal(ExitCodes.Success, Run());
        var backup = Assert.Single(Backups());
        Assert.Equal("20261124T023000Z", Path.GetFileName(backup));
        Assert.True(BackupFolder.IsGood(backup));
        Assert.Equal(SampleConfiguration.Text, File.ReadAllText(Path.Combine(backup, "gateway.json")));
        Assert.Equal("{}", File.ReadAllText(Path.Combine(backup, "state-appliance.json")));
        Assert.Equal(new RestoreProof(clock.GetUtcNow(), 3, 1, 3, 0), BackupFolder.ContentsOf(backup)!.RestoreTest);
        Assert.Equal(
            ["backup.json", "gateway.json", "index.db", "ledger-000000000001.jsonl", "state-appliance.json"],
            Directory.GetFiles(backup).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_image_whose_object_is_gone_is_counted_and_keeps_no_backup_from_being_one()
    {
        await ReceiveAsync(3);
        await using (var index = await Index.OpenAsync(TestContext.Current.CancellationToken))
            await index.ExecuteAsync("DELETE FROM instance WHERE name LIKE '%2.dicom'");
        Assert.Equal(ExitCodes.Success, Run());
        Assert.Equal((2, 1), (BackupFolder.ContentsOf(Assert.Single(Backups()))!.RestoreTest.Instances, BackupFolder.ContentsOf(Backups()[0])!.RestoreTest.Lacking));
    }

    [Theory]
    [InlineData("UPDATE instance SET name = 'aa/other' WHERE name LIKE '%2.dicom'")]
    [InlineData("UPDATE progress SET line = 4")]
    public async Task An_index_that_knows_what_the_ledger_does_not_fails_the_try_and_is_no_backup(string change)
    {
        await ReceiveAsync(3);
        await using (var index = await Index.OpenAsync(TestContext.Current.CancellationToken))
            await index.ExecuteAsync(change);
        Assert.Equal(ExitCodes.InputOutput, Run());
        Assert.Empty(Backups()); // nor anything of it
    }

    [Fact]
    public async Task A_sealed_backup_names_nobody_and_is_opened_by_the_recovery_key_alone()
    {
        await ReceiveAsync(3);
        var (recovery, other) = (Key("recovery"), Key("other"));
        Assert.Equal(ExitCodes.Success, Run(more: ["--recovery-key", PathOf("recovery.asc")]));
        var backup = Assert.Single(Backups());
        Assert.Equal(["backup.json", "set.tar.pgp"], Directory.GetFiles(backup).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(recovery, BackupFolder.ContentsOf(backup)!.SealedTo);
        Assert.DoesNotContain(Directory.GetFiles(backup), file => File.ReadAllBytes(file).AsSpan().IndexOf("1.2.3"u8) >= 0);

        Assert.Equal(ExitCodes.Success, Restore(backup, "recovery.key"));
        Assert.Equal(ExitCodes.Refused, Restore(backup, "other.key"));
        Assert.Equal(ExitCodes.Refused, Restore(backup, null));
        Assert.NotEqual(recovery, other);
        using (var sealedSet = new FileStream(Path.Combine(backup, "set.tar.pgp"), FileMode.Open))
        {
            sealedSet.Position = sealedSet.Length / 2;
            sealedSet.WriteByte((byte)(sealedSet.ReadByte() ^ 1));
        }

        Assert.Equal(ExitCodes.Refused, Restore(backup, "recovery.key"));
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
    public void The_last_good_backup_survives_any_age_and_a_damaged_one_does_not()
    {
        Run();
        clock.Advance(TimeSpan.FromDays(1));
        Run();
        var (good, damaged) = (Backups()[0], Backups()[1]);
        File.Delete(Path.Combine(damaged, "gateway.json"));
        clock.Advance(TimeSpan.FromDays(30));
        new BackupFolder(PathOf("E/backup"), clock).Prune(5);
        Assert.Equal([good], Backups());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(-3)]
    public void A_clock_that_is_wrong_for_a_night_costs_no_good_backup(int days)
    {
        for (var night = 0; night < 5; night++)
        {
            Run();
            clock.Advance(TimeSpan.FromDays(1));
        }

        var before = Backups();
        clock.Jump(TimeSpan.FromDays(days) + TimeSpan.FromHours(1)); // no two in one second
        Assert.Equal(ExitCodes.Success, Run());
        clock.Jump(TimeSpan.FromDays(-days) - TimeSpan.FromHours(1));
        Assert.Equal(ExitCodes.Success, Run());
        Assert.All(before, backup => Assert.True(BackupFolder.IsGood(backup), backup));
        clock.Advance(TimeSpan.FromDays(7));
        Run();
        clock.Advance(TimeSpan.FromDays(1));
        Run();
        Assert.All(before, backup => Assert.False(Directory.Exists(backup), backup)); // what lies in the future keeps nothing back
    }

    [Fact]
    public void After_a_month_without_a_backup_the_old_ones_go_with_the_second_new_one()
    {
        Run();
        clock.Advance(TimeSpan.FromDays(1));
        Run();
        clock.Advance(TimeSpan.FromDays(30));
        Run();
        Assert.Equal(3, Backups().Count);
        clock.Advance(TimeSpan.FromDays(1));
        Run();
        Assert.Equal(2, Backups().Count);
    }

    [Theory]
    [InlineData("E/backup")]
    [InlineData("E/other")]
    public async Task A_disk_that_is_full_leaves_no_half_backup_and_the_good_ones(string full)
    {
        await using var volume = await SmallVolume.MountAsync("256k");
        Directory.Delete(PathOf(full));
        Directory.CreateSymbolicLink(PathOf(full), volume.Folder);
        Assert.Equal(ExitCodes.Success, Run(copyTo: PathOf("E/other")));
        clock.Advance(TimeSpan.FromDays(1));
        volume.Fill();
        Assert.Equal(ExitCodes.InputOutput, Run(copyTo: PathOf("E/other")));
        Assert.Equal(2, Directory.GetFileSystemEntries(volume.Folder).Length); // yesterday's, and what fills it
        Assert.All(Backups().Concat(Directory.GetDirectories(PathOf("E/other"))), backup => Assert.True(BackupFolder.IsGood(backup), backup));
        volume.MakeRoom();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ExitCodes.Success, Run(copyTo: PathOf("E/other")));
        Directory.Delete(PathOf(full)); // the link
    }

    [Fact]
    public void What_an_interrupted_backup_left_is_removed_by_the_next_one()
    {
        Directory.CreateDirectory(PathOf("E/backup/20261123T023000Z.new"));
        Run();
        Assert.Equal(["20261124T023000Z"], Backups().Select(Path.GetFileName));
    }

    [Fact]
    public void Copies_lie_on_the_other_storage_are_good_there_and_kept_as_long()
    {
        for (var night = 0; night < 8; night++)
        {
            Assert.Equal(ExitCodes.Success, Run(copyTo: PathOf("E/other")));
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(Backups().Select(Path.GetFileName), Directory.GetDirectories(PathOf("E/other")).Order(StringComparer.Ordinal).Select(Path.GetFileName));
        Assert.All(Directory.GetDirectories(PathOf("E/other")), backup => Assert.True(BackupFolder.IsGood(backup)));
    }

    [Fact]
    public void Another_storage_that_is_away_fails_the_run_and_does_not_fill_this_one()
    {
        for (var night = 0; night < 10; night++)
        {
            Assert.Equal(ExitCodes.InputOutput, Run(copyTo: "/dev/null/nowhere"));
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(6, Backups().Count);
        Assert.All(Backups(), backup => Assert.True(BackupFolder.IsGood(backup)));
    }

    [Fact]
    public void Two_at_once_are_one()
    {
        Directory.CreateDirectory(PathOf("E/backup"));
        using (new BackupFolder(PathOf("E/backup"), clock).Lock())
            Assert.Equal(ExitCodes.InputOutput, Run());
        Assert.Equal(ExitCodes.Success, Run());
        Assert.Single(Backups());
    }

    [Fact]
    public async Task A_ledger_that_lacks_a_line_is_backed_up_and_can_be_looked_at()
    {
        await ReceiveAsync(3);
        var ledger = Assert.Single(Directory.GetFiles(PathOf("E/VISUS/images/ledger")));
        var lines = await File.ReadAllLinesAsync(ledger, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(ledger, $"{lines[0]}\n{lines[2]}\n", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Success, Run());

        var backup = Assert.Single(Backups());
        Assert.Equal(new RestoreProof(clock.GetUtcNow(), 3, 1, 3, 0, HasGaps: true), BackupFolder.ContentsOf(backup)!.RestoreTest);
        Assert.Equal(ExitCodes.Success, Restore(backup, null));
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
    private int Run(string? copyTo = null, IReadOnlyList<string>? more = null)
    {
        List<string> arguments = ["backup", "--config", @"D:\VISUS\config\gateway.json", "--to", @"E:\backup", "--keep-days", "5", "--state", @"D:\VISUS\state", "--drives", root, .. more ?? []];
        if (copyTo is not null)
            arguments.AddRange(["--copy-to", copyTo]);
        return BackupRun.ExecuteAsync(Assert.IsType<CommandLine.Backup>(CommandLine.Parse(arguments)), clock).GetAwaiter().GetResult();
    }

    private int Restore(string backup, string? key) => RestoreRun.ExecuteAsync(
        Assert.IsType<CommandLine.Restore>(CommandLine.Parse(["restore", "--from", backup, "--drives", root, .. key is null ? [] : new[] { "--key", PathOf(key) }])), clock).GetAwaiter().GetResult();

    private Dialect.Sqlite Index => new(PathOf("D/VISUS/data/index.db"));

    // A key whose public part lies in one file and whose secret part in another.
    private string Key(string name)
    {
        var key = OwnKey.Generate(KeyAlgorithm.Curve25519, name, DateTimeOffset.UtcNow.AddYears(-1), TimeSpan.FromDays(3650));
        File.WriteAllText(PathOf(name + ".asc"), key.Public.ToArmor());
        File.WriteAllBytes(PathOf(name + ".key"), key.Write());
        return key.Fingerprint.Value;
    }

    // What a service leaves behind that has received so many images.
    private async Task ReceiveAsync(int images)
    {
        var lines = new List<LedgerLine>();
        using (var ledger = Ledger.Open(PathOf("E/VISUS/images/ledger"), _ => { }, new ServiceCondition(), clock, NullLogger.Instance))
        {
            lines.AddRange(Enumerable.Range(0, images).Select(number => ledger.Record(new LedgerEvent.Received(NameOf(number), "1.2.3", "1.2.3.1", "PACS", "GATEWAY", 7, []))));
            await ledger.FlushAsync();
        }

        await using var index = await Index.OpenAsync(TestContext.Current.CancellationToken);
        await Migrations.RunAsync(index, Index, clock, TestContext.Current.CancellationToken);
        await new IndexWriter(Index, _ => new InstanceHeader("1.2.3.4", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.1", new ImageAttributes { Study = "1.2.3", Series = "1.2.3.1", PatientId = "P" }))
            .ApplyAsync(index, lines, TestContext.Current.CancellationToken);

        static string NameOf(int number) => new SpoolName(new string('a', SpoolName.InstanceHashLength), $"{number:x16}").ToString();
    }
}
