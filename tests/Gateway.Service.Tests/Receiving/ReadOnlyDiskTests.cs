using System.Net;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Phantoms;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

/// <summary>The spool on a file system that finds a fault and lets nobody write any more, as ext4 does with errors=remount-ro.</summary>
public sealed class ReadOnlyDiskTests
{
    [Fact]
    public async Task A_disk_that_becomes_read_only_is_answered_A700_and_told_nothing_is_lost_and_images_are_taken_again_when_it_is_back()
    {
        await using var gateway = new GatewayProcess(configuration => (configuration["spool"]!["emergencyReserveBytes"], configuration["spool"]!["floorBytes"]) = (0, 0));
        await using var disk = await FaultyVolume.MountAsync(gateway.SpoolFolder);
        await gateway.StartAsync();
        Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(1)));
        await gateway.LedgerAsync(1);

        await disk.FindFaultAsync();

        Assert.Equal(DimseStatus.OutOfResources, await gateway.StoreAsync(new CtPhantom(2)));
        Assert.Equal(DimseStatus.Success, await gateway.EchoAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.HealthAsync()).Status);
        Assert.Single(gateway.StoredFiles);

        await disk.MendAsync();

        await Eventually.HoldsAsync(async () => await gateway.StoreAsync(new CtPhantom(2)) == DimseStatus.Success, 20);
        Assert.Equal(2, gateway.StoredFiles.Count);
        await Eventually.HoldsAsync(async () => (await gateway.LedgerAsync(0)).Split("\"event\":\"received\"").Length == 3, 20);
        await gateway.StopAsync();
        await gateway.StartAsync();
        Assert.Equal((HttpStatusCode.OK, 2), ((await gateway.HealthAsync()).Status, gateway.StoredFiles.Count));
        await gateway.KillAsync();
    }
}
