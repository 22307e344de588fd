using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_spool_is_answered_A700_and_takes_objects_again_when_there_is_room()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var gateway = new GatewayProcess();
        var mounted = await Dcmtk.RunAsync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", gateway.SpoolFolder], cancellation);
        Assert.SkipWhen(mounted.ExitCode != 0, "a small file system cannot be mounted here (no root)");
        try
        {
            await gateway.StartAsync();
            var filler = Path.Combine(gateway.SpoolFolder, "filler");
            await File.WriteAllBytesAsync(filler, new byte[232 * 1024], cancellation);

            Assert.Equal(DimseStatus.OutOfResources, await gateway.StoreAsync(new CtPhantom(1)));
            Assert.Empty(gateway.UnfinishedFiles);
            Assert.Empty(gateway.StoredFiles);

            File.Delete(filler);
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(1)));
            await gateway.KillAsync();
        }
        finally
        {
            await Dcmtk.RunAsync("umount", ["-l", gateway.SpoolFolder], CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_spool_that_cannot_be_written_is_answered_A700_and_the_service_lives_on()
    {
        await using var gateway = await GatewayProcess.StartedAsync();
        var incoming = Path.Combine(gateway.SpoolFolder, "incoming");
        Directory.Delete(incoming);

        Assert.Equal(DimseStatus.OutOfResources, await gateway.StoreAsync(new CtPhantom(1)));

        Directory.CreateDirectory(incoming);
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(1)));
    }
}
