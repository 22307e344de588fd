using System.Net;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Partnering;
using Gateway.Service.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.KnownBad;

/// <summary>Mail that holds more than the disk has room for waits, visibly, and the reserve for emergencies stays untouched.</summary>
public sealed class NoRoomTests
{
    private const long Reserve = 10_000_000;

    [Fact]
    public async Task A_mail_that_would_fill_the_disk_waits_and_is_opened_when_there_is_room()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var pickup = Directory.CreateTempSubdirectory("pickup-").FullName;
        var north = new Correspondent("north");
        await using var pacs = new ScriptedScp();
        await using var site = Site.WithFolder("south", pickup, "north", configuration =>
        {
            SampleConfiguration.SendingTo(pacs.EndPoint)(configuration);
            configuration["spool"]!["emergencyReserveBytes"] = Reserve;
        });
        site.Knows((north.Entry, north.Key.Public));
        var mounted = await Dcmtk.RunAsync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", site.Gateway.SpoolFolder], cancellation);
        Assert.SkipWhen(mounted.ExitCode != 0, "a small file system cannot be mounted here (no root)");
        try
        {
            var filler = Path.Combine(site.Gateway.SpoolFolder, "filler");
            await File.WriteAllBytesAsync(filler, new byte[8_000_000], cancellation);
            await site.Gateway.StartAsync();
            var box = Directory.CreateDirectory(Path.Combine(pickup, "pickup", site.Address)).FullName;
            var (large, small, urgent) = (Of(1, 2_000_000), Of(2, 1000), Of(3, 2_000_000));
            await File.WriteAllBytesAsync(Path.Combine(box, "1.eml"), Mail(large), cancellation);
            await Eventually.HoldsAsync(() => site.Events("waits").Count >= 2);
            await File.WriteAllBytesAsync(Path.Combine(box, "2.eml"), Mail(small), cancellation);
            await File.WriteAllBytesAsync(Path.Combine(box, "3.eml"), Mail(urgent, isUrgent: true), cancellation);

            await Eventually.HoldsAsync(() => pacs.Uids.Contains(small.SopInstanceUid.Value) && pacs.Uids.Contains(urgent.SopInstanceUid.Value));
            Assert.DoesNotContain(large.SopInstanceUid.Value, pacs.Uids);
            Assert.Matches("disk has room for", (string?)site.Events("waits")[0]["reason"]);
            Assert.Contains("GW8024", site.Gateway.Output, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await site.Gateway.HealthAsync()).Status);
            Assert.Empty(site.Events("discarded"));

            File.Delete(filler);
            await Eventually.HoldsAsync(() => pacs.Uids.Contains(large.SopInstanceUid.Value));
            Assert.Equal(3, pacs.Received.Count);
            await site.Gateway.KillAsync();
        }
        finally
        {
            await Dcmtk.RunAsync("umount", ["-l", site.Gateway.SpoolFolder], CancellationToken.None);
            Directory.Delete(pickup, recursive: true);
        }

        static Image Of(int number, int bytes) => new($"{number}") { Study = $"1.2.3.{number}", Series = $"1.2.3.{number}.1", PixelBytes = bytes };
        byte[] Mail(Image image, bool isUrgent = false) => north.Sealed(
            site, MimeText.Multipart(isUrgent ? "Priority: urgent\n" : "", "multipart/related", MimeText.Part("application/dicom", image.ToFile())), isUrgent ? "Priority: urgent\n" : "");
    }
}
