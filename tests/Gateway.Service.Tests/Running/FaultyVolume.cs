using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>A real file system in a file, which can be made to find a fault. It takes root and a loop device.</summary>
public sealed class FaultyVolume : IAsyncDisposable
{
    private readonly string folder;
    private string image;
    private string device = "";

    private FaultyVolume(string folder, string image) => (this.folder, this.image) = (folder, image);

    /// <summary>Mounts one on a folder.</summary>
    public static async Task<FaultyVolume> MountAsync(string folder)
    {
        Assert.SkipUnless(Dcmtk.IsInstalled("mkfs.ext4", "losetup", "mount"), "mkfs.ext4, losetup or mount is not installed");
        var image = Path.Combine(Path.GetTempPath(), $"volume-{Guid.NewGuid():N}");
        await using (var file = File.Create(image))
            file.SetLength(32 << 20);
        var volume = new FaultyVolume(folder, image);
        await Dcmtk.RunAsync("mkfs.ext4", ["-q", "-O", "^has_journal", "-e", "remount-ro", image], CancellationToken.None);
        if (!await volume.TryMountAsync())
        {
            await volume.DisposeAsync();
            Assert.Skip("a file system in a file cannot be mounted here (no root, or no loop device)");
        }

        return volume;
    }

    /// <summary>The file system finds a fault and is read-only from now on, whoever has what open.</summary>
    public async Task FindFaultAsync()
    {
        await Dcmtk.RunAsync("sync", ["-f", folder], CancellationToken.None); // it has no journal
        await File.WriteAllTextAsync($"/sys/fs/ext4/{Path.GetFileName(device)}/trigger_fs_error", "1");
        await Dcmtk.RunAsync("blockdev", ["--flushbufs", device], CancellationToken.None);
    }

    /// <summary>An administrator puts what the disk holds on another one, checks it, and mounts that.</summary>
    public async Task MendAsync()
    {
        var another = image + "-mended";
        File.Copy(image, another);
        await DisposeAsync();
        image = another;
        await Dcmtk.RunAsync("e2fsck", ["-p", "-f", image], CancellationToken.None);
        Assert.True(await TryMountAsync(), "the volume cannot be mounted again");
    }

    public async ValueTask DisposeAsync()
    {
        await Dcmtk.RunAsync("umount", ["-l", folder], CancellationToken.None);
        await Dcmtk.RunAsync("losetup", ["--detach", device], CancellationToken.None);
        File.Delete(image);
    }

    private async Task<bool> TryMountAsync()
    {
        var (exitCode, output) = await Dcmtk.RunAsync("losetup", ["--find", "--show", image], CancellationToken.None);
        device = output.Trim();
        return exitCode == 0 && (await Dcmtk.RunAsync("mount", ["-o", "errors=remount-ro", device, folder], CancellationToken.None)).ExitCode == 0;
    }
}
