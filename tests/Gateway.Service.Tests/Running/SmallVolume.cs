using Gateway.Dicom.Tests.Peers;
using Xunit;

namespace Gateway.Service.Tests.Running;

/// <summary>A volume of a few kilobytes, which can be full. It takes root to mount one.</summary>
public sealed class SmallVolume : IAsyncDisposable
{
    private SmallVolume(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    public static async Task<SmallVolume> MountAsync(string size)
    {
        var folder = Directory.CreateTempSubdirectory("volume-").FullName;
        var mounted = await Dcmtk.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder], CancellationToken.None);
        if (mounted.ExitCode != 0)
        {
            Directory.Delete(folder);
            Assert.Skip("a small file system cannot be mounted here (no root)");
        }

        return new SmallVolume(folder);
    }

    public void Fill()
    {
        using var filler = File.Create(Filler, bufferSize: 0);
        try
        {
            while (true)
                filler.Write(new byte[1024]);
        }
        catch (IOException)
        {
            // full
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await Dcmtk.RunAsync("umount", ["-l", Folder], CancellationToken.None);
        Directory.Delete(Folder);
    }
}
