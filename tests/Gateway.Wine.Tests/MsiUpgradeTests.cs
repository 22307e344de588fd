using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>From one version to the next: the gateway goes on receiving when the upgrade fails, is away for less than a minute when it does not, and its data stay until somebody wants them gone.</summary>
public class MsiUpgradeTests(PreparedWine prepared)
{
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromMinutes(1);

    [Fact(Explicit = true)]
    public async Task An_upgrade_that_fails_leaves_the_old_version_running_and_receiving()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await InstalledAsync(cancel);

        // The new version cannot change the firewall.
        machine.Fault("access-denied");
        var (failed, log) = await machine.MsiexecAsync(@"/i C:\Next.msi", cancel);
        machine.Fault();
        Assert.True(failed == 1603, log);
        Assert.Contains("GW2302 ", log, StringComparison.Ordinal);
        await machine.AssertRunsAsync(cancel);
        Assert.False(machine.HasProgram(PreparedMsi.Next));
        Assert.Equal("verified", await machine.StandingAsync(cancel));
        await machine.StoreAsync("two", cancel);

        await machine.UntilQuietAsync(cancel);
        var (removed, removal) = await machine.MsiexecAsync(@"/x C:\Gateway.msi", cancel);
        Assert.True(removed == 0, removal);
        var left = await machine.ServiceAsync("DicomMailGateway", cancel);
        Assert.False(left.Contains("SERVICE_NAME", StringComparison.Ordinal), $"{left}\n{removal}");
        Assert.Equal(2, machine.Images().Count);
    }

    [Fact(Explicit = true)]
    public async Task An_upgrade_keeps_data_is_short_does_not_go_back_and_everything_goes_when_somebody_says_so_in_full()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = await InstalledAsync(cancel);

        // The manifest is the one that was applied last.
        var (upgraded, log) = (-1, "");
        var silence = await machine.LongestSilenceAsync(async () => (upgraded, log) = await machine.MsiexecAsync(@"/i C:\Next.msi", cancel), cancel);
        Assert.True(upgraded == 0, log);
        Assert.InRange(silence, TimeSpan.Zero, LongestAbsence);
        TestContext.Current.TestOutputHelper?.WriteLine($"the gateway was away for {silence.TotalSeconds:0.0} s");
        await machine.AssertRunsAsync(cancel, PreparedMsi.Next);
        await machine.UntilStandingAsync("verified", cancel);
        Assert.False(machine.HasProgram());
        Assert.Single(machine.Images());
        await machine.StoreAsync("two", cancel);

        var (older, refusal) = await machine.MsiexecAsync(MsiMachine.Install, cancel);
        Assert.Equal(1603, older);
        Assert.Contains("GW3211 Version 0.2.0 of the product owns this machine", refusal, StringComparison.Ordinal); // (Wine's Windows Installer has forgotten the newer version, and does not come to its launch condition)
        await machine.AssertRunsAsync(cancel, PreparedMsi.Next);

        await machine.UntilQuietAsync(cancel);
        var (purged, removal) = await machine.MsiexecAsync(@"/x C:\Next.msi PURGEDATA=YES-DELETE-IMAGES", cancel);
        Assert.True(purged == 0, removal);
        Assert.DoesNotContain("SERVICE_NAME", await machine.ServiceAsync("DicomMailGateway", cancel), StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFileSystemEntries(machine.DriveE), entry => Assert.EndsWith(".windows-label", entry, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(machine.DriveD, "mariaDB")));
        Assert.False(Directory.Exists(Path.Combine(machine.DriveD, "VISUS", "state")));
    }

    // (After an upgrade that failed, Wine takes the next one for a repair: each has its own machine.)
    private async Task<WineMachine> InstalledAsync(CancellationToken cancel)
    {
        var machine = await MsiMachine.ReadyAsync(prepared, cancel);
        File.Copy(await prepared.Msi.NextAsync(), Path.Combine(machine.DriveC, "Next.msi"));
        await machine.InstalledAsync(cancel);
        await machine.StoreAsync("one", cancel);
        return machine;
    }
}
