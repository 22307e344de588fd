using Xunit;

namespace Gwctl.Tests.Running;

/// <summary>A small disk of its own below a folder: a tmpfs, which takes root to mount. Without the right the test is skipped.</summary>
internal sealed class Disk : IAsyncDisposable
{
    private const string Program = "/bin/mount";
    private readonly string folder;

    private Disk(string folder) => this.folder = folder;

    public static async Task<Disk> MountAsync(string folder, string options)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists(Program), "takes root to mount a tmpfs");
        Directory.CreateDirectory(folder);
        var mounted = await CommandLine.RunProgramAsync(Program, ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
        Assert.SkipWhen(mounted.ExitCode != 0, $"no tmpfs can be mounted here: {mounted.Errors.Trim()}");
        return new Disk(folder);
    }

    public async Task MakeReadOnlyAsync() =>
        (await CommandLine.RunProgramAsync(Program, ["-o", "remount,ro", folder])).With(0);

    public async ValueTask DisposeAsync() => (await CommandLine.RunProgramAsync("/bin/umount", ["-l", folder])).With(0);
}
