using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>A backup of one rehearsed machine, looked at, and put back onto another.</summary>
public class BackupTests
{
    [Fact]
    public async Task A_backup_is_taken_looked_at_and_put_back_onto_a_machine_that_was_just_built()
    {
        using var site = new Site();
        (await site.RunAsync("rehearse")).With(0); // receives an image, and takes a backup of its own
        var taken = Assert.Single(Directory.GetDirectories(Path.Combine(site.Root, "E", "backup")));
        var looked = (await CommandLine.RunAsync("backup", "verify", taken, "--json")).With(0).Json();
        Assert.Equal((1, 1), (looked.GetProperty("proof").GetProperty("studies").GetInt32(), looked.GetProperty("proof").GetProperty("instances").GetInt32()));

        using var other = new Site();
        (await other.RunAsync("apply")).With(0);
        string[] restore = ["restore", taken, other.Manifest, "--overlay", other.Overlay, "--root", other.Root];
        var back = (await CommandLine.RunAsync(restore)).With(0);
        Assert.Contains("1 images are not on this machine", back.Output, StringComparison.Ordinal);
        Assert.Contains("gwctl gateway reconcile", back.Output, StringComparison.Ordinal);
        (await CommandLine.RunAsync(restore)).Refusing(1, "GW7033"); // nothing is overwritten
        (await other.RunAsync("status")).With(0);

        await File.AppendAllTextAsync(Path.Combine(taken, "gateway.json"), " ", TestContext.Current.CancellationToken);
        (await CommandLine.RunAsync("backup", "verify", taken)).Refusing(1, "GW7031");
        (await CommandLine.RunAsync("backup", "verify", site.PathOf("nowhere"))).Refusing(1, "GW7031");
    }

    [Fact]
    public async Task A_recovery_key_that_is_not_there_fails_the_backup_in_words_and_leaves_none()
    {
        using var site = new Site();
        (await site.RunAsync("apply")).With(0);
        var overlay = site.PathOf("key.json");
        await File.WriteAllTextAsync(overlay, """{ "backup": { "recoveryKey": "D:\\VISUS\\config\\recovery.asc" } }""", TestContext.Current.CancellationToken);
        (await site.RunAsync("backup", "--overlay", overlay)).Refusing(1, "GW7030");
        Assert.DoesNotContain(Directory.GetDirectories(Path.Combine(site.Root, "E", "backup")), path => !path.EndsWith(".new", StringComparison.Ordinal));
    }
}
