using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A disk that fills up during apply ends the run with its reason, leaves no half of a file, and apply converges once there is room.</summary>
public sealed class FullDiskTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(40, Explicit = true)]
    public async Task A_disk_that_fills_up_ends_apply_and_room_lets_it_go_on(int kilobytesLeft)
    {
        using var site = new Site();
        var elsewhere = site.PathOf("elsewhere");
        (await CommandLine.RunAsync("apply", site.Manifest, "--overlay", site.Overlay, "--root", elsewhere)).With(0);
        var built = Site.ListingOf(elsewhere);

        await using var disk = await Disk.MountAsync(site.Root, "size=512k");
        var ballast = Path.Combine(site.Root, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[(512 - 16 - kilobytesLeft) * 1024], TestContext.Current.CancellationToken);
        (await site.RunAsync("apply")).Refusing(1, "GW3301");

        Assert.Empty(site.Listing().Where(entry => !Of("ballast", entry) && !Of("machine.json.new", entry)).Except(built));
        File.Delete(ballast);
        (await site.RunAsync("apply")).With(0);
        (await site.RunAsync("plan")).With(0);
        Assert.Equal(built, site.Listing());
    }

    [Fact]
    public async Task A_full_disk_keeps_no_half_of_the_machines_own_file()
    {
        using var site = new Site();
        await using var disk = await Disk.MountAsync(site.Root, "size=512k");
        await File.WriteAllBytesAsync(Path.Combine(site.Root, "ballast"), new byte[480 * 1024], TestContext.Current.CancellationToken);
        (await site.RunAsync("apply")).Refusing(1, "GW3301");
        Assert.DoesNotContain(site.Listing(), entry => Of("machine.json.new", entry));
    }

    [Fact]
    public async Task A_disk_without_room_for_the_state_root_is_refused_with_the_same_words()
    {
        using var site = new Site();
        await using var disk = await Disk.MountAsync(site.Root, "size=512k,nr_inodes=2");
        (await site.RunAsync("apply")).Refusing(1, "GW3301");
        Assert.Empty(Directory.GetFiles(site.Root, "*", SearchOption.AllDirectories));
    }

    private static bool Of(string name, string entry) => entry.StartsWith(name + ":", StringComparison.Ordinal);
}
