using System.Diagnostics;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.DicomMail.OpenPgp;
using Gateway.Service.Backups;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Backups;

/// <summary>The nightly backup, ended by force at any moment, of a gateway that goes on receiving into MariaDB.</summary>
[Collection(MariaDbCollection.Name)]
public sealed class BackupKillTests(GatewayDatabase server)
{
    private const int Kills = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Whenever_it_is_killed_what_has_a_name_is_whole_and_the_next_one_clears_what_it_left()
    {
        server.SkipWhereMissing();
        var chance = Seed.Begin();
        await using (var connection = await server.Dialect.OpenAsync(Cancellation))
            await Service.Indexing.IndexRebuild.EmptyAsync(connection, server.Dialect, TimeProvider.System, Cancellation);
        await using var gateway = new GatewayProcess(server.Configure);
        gateway.Lay("database-password", GatewayDatabase.Password);
        var recovery = OwnKey.Generate(KeyAlgorithm.Curve25519, "recovery", DateTimeOffset.UtcNow.AddDays(-1), TimeSpan.FromDays(365));
        await File.WriteAllTextAsync(Path.Combine(gateway.Root, "recovery.asc"), recovery.Public.ToArmor(), Cancellation);
        var folder = Directory.CreateDirectory(Path.Combine(gateway.Root, "E", "backup")).FullName;
        await gateway.StartAsync();
        using var enough = new CancellationTokenSource();
        var load = LoadAsync(gateway, enough.Token);
        Assert.Equal(0, await BackUpAsync(gateway, null)); // the first of a machine is slower than those after it
        await Task.Delay(TimeSpan.FromSeconds(1.1), Cancellation); // a name is a second
        var whole = Stopwatch.StartNew();
        Assert.Equal(0, await BackUpAsync(gateway, null));
        whole.Stop();

        var killed = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            killed += await BackUpAsync(gateway, TimeSpan.FromMilliseconds(chance.Next((int)whole.ElapsedMilliseconds))) == 0 ? 0 : 1;
            Assert.All(Directory.GetDirectories(folder), backup => Assert.True(backup.EndsWith(".new", StringComparison.Ordinal) || BackupFolder.IsGood(backup), backup));
        }

        Assert.True(killed >= Kills / 4, $"only {killed} of {Kills} were killed before they were done");
        await Task.Delay(TimeSpan.FromSeconds(1.1), Cancellation);
        Assert.Equal(0, await BackUpAsync(gateway, null));
        await enough.CancelAsync();
        var images = await load;
        Assert.DoesNotContain(Directory.GetDirectories(folder), backup => backup.EndsWith(".new", StringComparison.Ordinal));
        var last = Directory.GetDirectories(folder).Max(StringComparer.Ordinal)!;
        Assert.True(BackupFolder.IsGood(last));
        Assert.Equal(recovery.Fingerprint.Value, BackupFolder.ContentsOf(last)!.SealedTo);
        var proof = BackupFolder.ContentsOf(last)!.RestoreTest;
        Assert.True(proof.Instances >= 1 && proof.Instances <= images, $"{images} images, {proof}, {(await gateway.HealthAsync()).Report["database"]}");
    }

    private static async Task<int> LoadAsync(GatewayProcess gateway, CancellationToken enough)
    {
        var images = 0;
        while (!enough.IsCancellationRequested)
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(++images)));
        return images;
    }

    private static async Task<int> BackUpAsync(GatewayProcess gateway, TimeSpan? killedAfter)
    {
        using var backup = Process.Start(new ProcessStartInfo(
            "dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "Gateway.Service.dll"), "backup", "--config", gateway.ConfigurationFile, "--to", @"E:\backup", "--keep-days", "5", "--recovery-key", Path.Combine(gateway.Root, "recovery.asc"), "--drives", gateway.Root]) { RedirectStandardOutput = true })!;
        if (killedAfter is { } after)
        {
            await Task.Delay(after, Cancellation);
            backup.Kill();
        }

        await backup.WaitForExitAsync(Cancellation);
        return backup.ExitCode;
    }
}
