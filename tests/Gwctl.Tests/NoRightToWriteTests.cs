using Gwctl.Tests.Running;
using Xunit;

namespace Gwctl.Tests;

/// <summary>Where nothing may be written, nothing is: on a file system that is mounted to be read, and in another user's folder.</summary>
public sealed class NoRightToWriteTests
{
    [Theory]
    [InlineData("apply")]
    [InlineData("report")]
    [InlineData("rehearse")]
    public async Task A_read_only_file_system_is_refused_with_a_code(string command)
    {
        using var site = new Site();
        await using var disk = await Disk.MountAsync(site.Root, "size=4m");
        await disk.MakeReadOnlyAsync();
        var ended = (await site.RunAsync(command)).With(1);
        Assert.Matches(@"error GW\d{4}: ", ended.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(site.Root));
        Assert.Empty(await Signals.LeftAfterAsync(site.Root, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task What_changes_nothing_needs_no_right_to_write()
    {
        using var site = new Site();
        await using var disk = await Disk.MountAsync(site.Root, "size=4m");
        (await site.RunAsync("apply")).With(0);
        await disk.MakeReadOnlyAsync();
        (await site.RunAsync("plan")).With(0);
        (await site.RunAsync("verify")).With(0);
        (await site.RunAsync("preflight")).With(0);
        (await site.RunAsync("status")).With(0);
        (await site.RunAsync("facts")).With(0);
        var listing = site.Listing();
        var rollback = (await site.RunAsync("rollback")).With(1);
        Assert.Matches(@"error GW\d{4}: ", rollback.Errors);
        Assert.Equal(listing, site.Listing());
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("report")]
    [InlineData("rehearse")]
    [InlineData("init")]
    public async Task Another_users_folder_is_refused_with_a_code(string command)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv"), "takes root and setpriv (util-linux) to become somebody else");
        using var site = new Site();
        Directory.CreateDirectory(site.Root);
        string[] arguments = command is "init" ? ["init", site.PathOf("mine.json")] : site.ArgumentsOf(command);
        string[] nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", CommandLine.Program];
        var look = await CommandLine.RunProgramAsync("/usr/bin/setpriv", [.. nobody, "schema"]);
        Assert.SkipWhen(look.ExitCode != 0, "nobody may not read the build of gwctl here");
        var ended = (await CommandLine.RunProgramAsync("/usr/bin/setpriv", [.. nobody, .. arguments])).With(1);
        Assert.Matches(@"error GW\d{4}: ", ended.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(site.Root));
        Assert.Empty(await Signals.LeftAfterAsync(site.Root, TimeSpan.FromSeconds(5)));
    }
}
