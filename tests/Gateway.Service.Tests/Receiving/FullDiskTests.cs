using System.Text.Json.Nodes;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Phantoms;
using Gateway.Dicom.Tests.Peers;
using Gateway.Dicom.UpperLayer;
using Gateway.Dicom.UpperLayer.Pdus;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Receiving;

public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_spool_is_answered_A700_and_takes_objects_again_when_there_is_room()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var gateway = new GatewayProcess(Reserve(0, 0));
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
    public async Task The_reserve_is_kept_for_emergencies_and_nothing_is_taken_below_the_floor()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var gateway = new GatewayProcess(Reserve(800_000, 200_000));
        var mounted = await Dcmtk.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", gateway.SpoolFolder], cancellation);
        Assert.SkipWhen(mounted.ExitCode != 0, "a small file system cannot be mounted here (no root)");
        try
        {
            await gateway.StartAsync();
            var emergency = gateway.Caller with { Called = AeTitle.Parse("EMERGENCY") };
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(1)));

            await File.WriteAllBytesAsync(Path.Combine(gateway.SpoolFolder, "filler"), new byte[300_000], cancellation);
            await Eventually.HoldsAsync(() => IsCongestedAsync(() => gateway.StoreAsync(new CtPhantom(2))));
            Assert.Equal(DimseStatus.Success, await gateway.StoreAsync(new CtPhantom(3), emergency));

            await File.WriteAllBytesAsync(Path.Combine(gateway.SpoolFolder, "more"), new byte[450_000], cancellation);
            await Eventually.HoldsAsync(() => IsCongestedAsync(() => gateway.StoreAsync(new CtPhantom(4), emergency)));

            File.Delete(Path.Combine(gateway.SpoolFolder, "filler"));
            File.Delete(Path.Combine(gateway.SpoolFolder, "more"));
            await Eventually.HoldsAsync(async () => (await gateway.StoreAsync(new CtPhantom(5))).IsSuccess);
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

    private static async Task<bool> IsCongestedAsync(Func<Task<DimseStatus>> store)
    {
        try
        {
            await store();
            return false;
        }
        catch (AssociationRejectedException rejected)
        {
            return rejected.Rejection == AssociateReject.TemporaryCongestion;
        }
    }

    private static Action<JsonObject> Reserve(long emergencies, long floor) => configuration =>
    {
        configuration["spool"]!["emergencyReserveBytes"] = emergencies;
        configuration["spool"]!["floorBytes"] = floor;
    };
}
